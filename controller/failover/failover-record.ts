import type { Operation } from '../../src/failover/operation.ts';
import { type FailoverObject, failovers, type PlanObject } from '../kinds.ts';

/** Label of a record: the plan, so that `kubectl get fo -l` finds all of one. */
const planLabel = 'understudy.dev/plan';
/** Annotation of a record: the operation that it is of. An object without it is a person's wish. */
export const operationAnnotation = 'understudy.dev/operation';

export function isRecord(object: FailoverObject): boolean {
  return operationOf(object) !== undefined;
}

/** The operation that an object is the record of; undefined for a person's wish. */
export function operationOf({ metadata }: FailoverObject): string | undefined {
  return metadata.annotations?.[operationAnnotation];
}

const longestName = 253;

/** `trading-7`. Where a person took that name, `trading-7-record`. */
export function recordName(plan: string, epoch: number, taken: boolean): string {
  const suffix = `-${epoch}${taken ? '-record' : ''}`;
  return `${plan.slice(0, longestName - suffix.length)}${suffix}`;
}

/** The object that stands for an operation which no person's object asked for. It goes when its plan goes. */
export function recordOf(plan: PlanObject, operation: Operation, taken = false): FailoverObject {
  const { name, namespace, uid } = plan.metadata;
  const { id, epoch, action, reason, to } = operation;
  const namesSite = action === 'Failover' || action === 'Switchover';
  return {
    apiVersion: failovers.apiVersion,
    kind: failovers.kind,
    metadata: {
      name: recordName(name, epoch, taken),
      ...(namespace === undefined ? {} : { namespace }),
      labels: { [planLabel]: name },
      annotations: { [operationAnnotation]: id },
      ownerReferences: [{ apiVersion: plan.apiVersion, kind: plan.kind, name, uid }],
    },
    spec: {
      planRef: { name },
      action,
      ...(namesSite ? { to } : {}),
      reason: reason === '' ? 'not given' : reason.slice(0, 1024),
      dryRun: false,
      abort: false,
    },
  };
}
