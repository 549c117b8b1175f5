import {
  CreateHealthCheckCommand,
  DeleteHealthCheckCommand,
  type HealthCheckConfig,
  type HealthCheckType,
  NoSuchHealthCheck,
  UpdateHealthCheckCommand,
} from '@aws-sdk/client-route-53';
import type { AwsClients } from '../../../../src/aws/clients.ts';
import type { ApiClient, KubernetesObject } from '../../rig/kubernetes/api-client.ts';
import type { Provider } from '../../rig/provider/reconcile-managed.ts';
import { forProvider, type Reference, unresolved } from './managed.ts';

interface HealthCheckFields {
  readonly type: HealthCheckType;
  readonly fqdn: string;
  readonly resourcePath: string;
  readonly searchString: string;
  readonly requestInterval: number;
  readonly failureThreshold: number;
  readonly invertHealthcheck: boolean;
  readonly childHealthchecksRefs: readonly Reference[];
  readonly childHealthThreshold: number;
}

/** `HealthCheck` of provider-aws over the world's Route 53: one check a resource, by its uid. */
export function healthChecks(clients: AwsClients, api: ApiClient): Provider {
  const route53 = clients.route53();
  return {
    async observe(managed) {
      const config = await configOf(api, managed);
      const known = idOf(managed);
      if (known === undefined) {
        const input = { CallerReference: managed.metadata.uid, HealthCheckConfig: config };
        const { HealthCheck: made } = await route53.send(new CreateHealthCheckCommand(input));
        return { externalName: made?.Id ?? '', atProvider: { id: made?.Id } };
      }
      // Of all that can be changed, these are what compositions change.
      const { SearchString, ResourcePath, ChildHealthChecks, HealthThreshold } = config;
      const changes = { SearchString, ResourcePath, ChildHealthChecks, HealthThreshold };
      await route53.send(new UpdateHealthCheckCommand({ HealthCheckId: known, ...changes }));
      return { externalName: known, atProvider: { id: known } };
    },
    async remove(managed) {
      const id = idOf(managed);
      if (id === undefined) return;
      await route53.send(new DeleteHealthCheckCommand({ HealthCheckId: id })).catch((error: unknown) => {
        if (!(error instanceof NoSuchHealthCheck)) throw error;
      });
    },
  };
}

/** Route 53's id of a check, once there is one. */
function idOf(managed: KubernetesObject): string | undefined {
  return (managed.status as { readonly atProvider?: { readonly id?: string } } | undefined)?.atProvider?.id;
}

async function configOf(api: ApiClient, managed: KubernetesObject): Promise<HealthCheckConfig> {
  const fields = forProvider<HealthCheckFields>(managed);
  const inverted = { Inverted: fields.invertHealthcheck ?? false };
  if (fields.type === 'CALCULATED') {
    const children = await Promise.all((fields.childHealthchecksRefs ?? []).map((ref) => checkId(api, managed, ref)));
    return {
      Type: 'CALCULATED',
      ChildHealthChecks: children,
      HealthThreshold: fields.childHealthThreshold,
      ...inverted,
    };
  }
  return {
    Type: fields.type,
    FullyQualifiedDomainName: fields.fqdn,
    ResourcePath: fields.resourcePath,
    ...(fields.searchString === undefined ? {} : { SearchString: fields.searchString }),
    RequestInterval: fields.requestInterval,
    FailureThreshold: fields.failureThreshold,
    ...inverted,
  };
}

/** @throws Error while the check that is referred to has no id. */
export async function checkId(api: ApiClient, from: KubernetesObject, reference: Reference): Promise<string> {
  const { namespace } = from.metadata;
  const metadata = { name: reference.name, ...(namespace === undefined ? {} : { namespace }) };
  const found = await api.get({ apiVersion: 'route53.aws.m.upbound.io/v1beta1', kind: 'HealthCheck', metadata });
  const id = found === undefined ? undefined : idOf(found);
  if (id === undefined) throw unresolved('spec.forProvider', reference);
  return id;
}
