import { durationMs } from '../../src/api/duration.ts';
import type { FailoverAction } from '../../src/api/failover.ts';
import { otherSite } from '../../src/api/site.ts';
import type { Journal, OperationRequest } from '../../src/failover/journal.ts';
import type { AcceptedLoss } from '../../src/failover/operation.ts';
import { movesTheWriter } from '../../src/failover/steps/steps-of.ts';
import type { FailoverObject } from '../kinds.ts';

/** What becomes of a Failover that nobody has begun. */
export type RequestVerdict =
  /** It is written into the journal; whoever sees it first begins it. */
  | { readonly kind: 'Ask'; readonly request: OperationRequest }
  /** Something else has to end first. */
  | { readonly kind: 'Wait'; readonly reason: string; readonly message: string }
  /** It will never be done. */
  | { readonly kind: 'Refuse'; readonly reason: string; readonly message: string };

/**
 * Judges a person's Failover by the journal. Two that would move the writer at the same time contradict each other, so
 * the later one is refused; anything else waits for its turn.
 *
 * @param earlier the person-made Failover that is asked for already, and not begun.
 */
export function requestVerdict(
  object: FailoverObject,
  journal: Journal,
  earlier: FailoverObject | undefined,
): RequestVerdict {
  const { action, to } = object.spec;
  const { active } = journal.activation;
  if (journal.suspended) {
    const message = 'The plan is suspended. Set its spec.suspended to false, and make another Failover.';
    return { kind: 'Refuse', reason: 'Suspended', message };
  }
  const goesTo = action === 'Failback' ? 'primary' : movesTheWriter(action) ? (to ?? otherSite(active)) : undefined;
  if (goesTo === active) {
    return { kind: 'Refuse', reason: 'AlreadyActive', message: `${active} is active already: there is nothing to do.` };
  }
  const { operation } = journal;
  if (operation !== null) return behind(action, operation.action, operation.id);
  if (earlier !== undefined) return behind(action, earlier.spec.action, `Failover ${earlier.metadata.name}`);
  if (journal.requested !== null)
    return behind(action, journal.requested.action, 'a request that nobody could begin yet');
  return { kind: 'Ask', request: requestOf(object) };
}

function behind(action: FailoverAction, first: FailoverAction, name: string): RequestVerdict {
  const what = `${name} (${first})`;
  return movesTheWriter(action) && movesTheWriter(first)
    ? {
        kind: 'Refuse',
        reason: 'AnotherMoves',
        message: `${what} moves the writer already. Wait for its end, and look again.`,
      }
    : { kind: 'Wait', reason: 'AnotherFirst', message: `It waits for the end of ${what}.` };
}

/** What stands in the journal for it. The object's uid leads back to it, whoever carries the operation out. */
export function requestOf({ metadata, spec }: FailoverObject): OperationRequest {
  const { action, reason } = spec;
  return { id: metadata.uid, action, reason, acceptUpToSeconds: acceptedLoss(spec) };
}

/** The loss that a Failover consents to; null where it says nothing. */
export function acceptedLoss({ dataLoss }: Pick<FailoverObject['spec'], 'dataLoss'>): AcceptedLoss | null {
  if (dataLoss === undefined) return null;
  return dataLoss.acceptUpTo === 'any' ? 'any' : durationMs(dataLoss.acceptUpTo) / 1000;
}

/** Whether one consent goes further than another. */
export function isMore(one: AcceptedLoss | null, other: AcceptedLoss | null): boolean {
  if (one === null || other === 'any') return false;
  return other === null || one === 'any' || one > other;
}
