import { randomBytes } from 'node:crypto';
import { UnderstudyError } from '../../api/errors.ts';
import { type FailoverSpec, failoverSpecSchema } from '../../api/failover.ts';
import type { FailoverObject, PlanObject } from '../cluster/objects.ts';

/** Kubernetes allows 253 characters in a name; 63 can be a label's value too. */
const longestName = 63;

/**
 * A Failover object for a plan: `trading-failover-20260321-030512-4f2a`, by UTC, so that `kubectl get fo` lists them in the order
 * in which people asked.
 *
 * @throws UnderstudyError US1025 if it would break a rule of the kind.
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
  const parsed = failoverSpecSchema.safeParse({ planRef: { name }, ...spec });
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new UnderstudyError('US1025', issues.join('; '));
  }
  return {
    metadata: { name: name.slice(0, longestName - tail.length).replace(/-+$/, '') + tail, namespace },
    spec: parsed.data,
  };
}
