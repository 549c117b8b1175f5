import type { Cluster } from '../cluster/cluster.ts';
import type { FailoverObject } from '../cluster/objects.ts';
import { watchObjects } from '../cluster/watch-objects.ts';
import { exitCodes } from '../exit-codes.ts';
import { hasEnded, waitsForPerson } from './phases.ts';
import type { StepTimeline } from './step-timeline.ts';

/** How following an operation ended. */
export interface Followed {
  readonly failover: FailoverObject;
  readonly exitCode: number;
}

export interface FollowOptions {
  /** @default for ever */
  readonly timeoutMs?: number | undefined;
  /** Aborted by Ctrl-C: the operation goes on. */
  readonly interrupted: AbortSignal;
}

/**
 * Follows an operation until it has ended, waits for a person, or time is over. An API server that is away, as it may be
 * in the very outage that this is about, is waited for.
 */
export async function follow(
  cluster: Cluster,
  begun: FailoverObject,
  timeline: StepTimeline,
  { timeoutMs, interrupted }: FollowOptions,
): Promise<Followed> {
  const { name, namespace } = begun.metadata;
  const timeout = timeoutMs === undefined ? [] : [AbortSignal.timeout(timeoutMs)];
  const done = new AbortController();
  const signal = AbortSignal.any([interrupted, done.signal, ...timeout]);
  let latest = begun;
  const onTrouble = (trouble: Error | null): void =>
    timeline.note(trouble === null ? 'the API server is back' : `${trouble.message}; waiting for it`);
  try {
    for await (const all of watchObjects(cluster, 'failovers', { namespace, signal, onTrouble, isPatient: true })) {
      const found = all.find(({ metadata }) => metadata.name === name);
      if (found === undefined) {
        timeline.note(`${name} has been deleted`);
        return { failover: latest, exitCode: exitCodes.failure };
      }
      latest = found;
      timeline.show(found);
      if (hasEnded(found)) {
        return {
          failover: found,
          exitCode: found.status?.phase === 'Succeeded' ? exitCodes.success : exitCodes.failure,
        };
      }
      if (waitsForPerson(found)) return { failover: found, exitCode: exitCodes.waitsForPerson };
    }
  } finally {
    done.abort();
  }
  if (interrupted.aborted) {
    timeline.note(`${name} goes on; understudy status ${latest.spec.planRef.name} -n ${namespace} --watch follows it`);
    return { failover: latest, exitCode: exitCodes.interrupted };
  }
  timeline.note(`${name} has not ended in time; it goes on`);
  return { failover: latest, exitCode: exitCodes.timedOut };
}
