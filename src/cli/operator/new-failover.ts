import { randomBytes } from 'node:crypto';
import { type FailoverSpec, failoverSpecSchema } from '../../api/failover.ts';
import type { FailoverObject, PlanObject } from '../cluster/objects.ts';

/** Kubernetes allows 253 characters in a name; 63 can be a label's value too. */
const longestName = 63;

/**
 * A Failover object for a plan: `trading-failover-20260321-030512-4f2a`, by UTC, so that `kubectl get fo` lists them in the order
 * in which people asked.
 */
export function newFailover(
  plan: PlanObject,
  spec: Omit<FailoverSpec, 'planRef' | 'abort'>,
  nowMs: number,
  suffix = randomBytes(2).toString('hex'),
): Pick<FailoverObject, 'metadata' | 'spec'> {
  const { name, namespace } = plan.metadata;
  const stamp = new Date(nowMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  const kind = spec.dryRun ? `${spec.action}-dry-run` : spec.action;
  const tail = `-${kind.toLowerCase()}-${stamp}-${suffix}`;
  return {
    metadata: { name: name.slice(0, longestName - tail.length).replace(/-+$/, '') + tail, namespace },
    spec: failoverSpecSchema.parse({ planRef: { name }, ...spec }),
  };
}
