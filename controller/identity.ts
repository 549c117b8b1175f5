import { randomBytes } from 'node:crypto';

/** Who owns the fields that this process applies. The chart's policies and the documentation know it by this name. */
export const fieldManager = 'understudy-controller';

/** Who reports events, as Kubernetes shows it. */
export const reportingController = 'understudy.dev/controller';

/** What this start of the process is called. */
export interface Identity {
  /** In the Lease by which replicas elect who leads. */
  readonly candidate: string;
  /** In journals, as the holder of a plan's lease, and in `status.actor`. */
  readonly actor: string;
}

/**
 * A pod that restarts keeps its name. The new process must not take a lease that it finds for its own: whatever the
 * former one had in hand may still be on its way. So each start gets a name that was never used.
 *
 * @param name of the replica, such as the pod's.
 */
export function identityOf(name: string, suffix = randomBytes(3).toString('hex')): Identity {
  const candidate = `${name}-${suffix}`;
  return { candidate, actor: `controller/${candidate}` };
}
