import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { controllerNamespace, controllerServiceAccount, serviceAccountUser } from '../../../charts/cluster-names.ts';
import { ownFolder } from '../rig/process/owned.ts';

/** A request of the controller, as the API server decided on it. */
export interface ApiCall {
  readonly verb: string;
  /** Empty: the core group. */
  readonly group: string;
  /** With its subresource, as `failovers/status`. */
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly allowed: boolean;
  /** HTTP status. */
  readonly status: number;
}

interface AuditEvent {
  readonly verb: string;
  readonly objectRef?: {
    readonly resource: string;
    readonly subresource?: string;
    readonly apiGroup?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code?: number };
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What an API server records of the controller's requests. */
export interface AuditLog {
  readonly apiServerArgs: readonly string[];
  calls(): readonly ApiCall[];
}

/** @see https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/ */
export function auditLog(): AuditLog {
  const folder = ownFolder('audit');
  const [policy, log] = [join(folder, 'policy.json'), join(folder, 'audit.log')];
  writeFileSync(
    policy,
    JSON.stringify({
      apiVersion: 'audit.k8s.io/v1',
      kind: 'Policy',
      omitStages: ['RequestReceived'],
      rules: [
        { level: 'Metadata', users: [serviceAccountUser(controllerNamespace, controllerServiceAccount)] },
        { level: 'None' },
      ],
    }),
  );
  writeFileSync(log, '');
  return {
    apiServerArgs: [`--audit-policy-file=${policy}`, `--audit-log-path=${log}`],
    calls: () => readFileSync(log, 'utf8').split('\n').flatMap(callOf),
  };
}

/** Discovery is open to everyone, and names no resource. A server that was killed may have left half a line. */
function callOf(line: string): ApiCall[] {
  let event: AuditEvent;
  try {
    event = JSON.parse(line) as AuditEvent;
  } catch {
    return [];
  }
  const { verb, objectRef, responseStatus, annotations } = event;
  if (objectRef === undefined) return [];
  const { resource, subresource, apiGroup: group = '', namespace, name } = objectRef;
  return [
    {
      verb,
      group,
      resource: subresource === undefined ? resource : `${resource}/${subresource}`,
      ...(namespace === undefined ? {} : { namespace }),
      ...(name === undefined ? {} : { name }),
      allowed: annotations?.['authorization.k8s.io/decision'] === 'allow',
      status: responseStatus?.code ?? 0,
    },
  ];
}
