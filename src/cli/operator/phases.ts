import type { FailoverPhase } from '../../api/failover.ts';
import type { FailoverObject } from '../cluster/objects.ts';

/** How far an operation is. One that nobody has taken up yet is Pending. */
export function phaseOf({ status }: FailoverObject): FailoverPhase {
  return status?.phase ?? 'Pending';
}

export function hasEnded(failover: FailoverObject): boolean {
  const phase = phaseOf(failover);
  return phase === 'Succeeded' || phase === 'Failed' || phase === 'Aborted';
}

/**
 * A person is needed. What the status says counts only once it speaks of the latest spec: a consent that was just given
 * has yet to be seen.
 */
export function waitsForPerson(failover: FailoverObject): boolean {
  const phase = phaseOf(failover);
  return (phase === 'WaitingForConsent' || phase === 'WaitingForHuman') && hasSeenSpec(failover);
}

/** The status speaks of the spec as it is now. */
export function hasSeenSpec({ metadata, status }: FailoverObject): boolean {
  return status?.observedGeneration === undefined || status.observedGeneration >= (metadata.generation ?? 0);
}

/** The irreversible call is written down. */
export function isPastIntent({ status }: FailoverObject): boolean {
  return status?.steps?.find(({ name }) => name === 'intent')?.phase === 'Succeeded';
}

/** The one that is under way, of operations sorted latest first: one that acts before one that waits for its turn. */
export function underWay(operations: readonly FailoverObject[]): FailoverObject | undefined {
  const open = operations.filter((each) => !hasEnded(each) && !each.spec.dryRun);
  return open.find((each) => phaseOf(each) !== 'Pending') ?? open[0];
}
