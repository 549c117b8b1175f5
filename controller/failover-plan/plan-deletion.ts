import type { PlanView } from '../plan-runner/plan-view.ts';

/** Holds the deletion of a plan until nothing of it is half done. */
export const planFinalizer = 'understudy.dev/operation';

/** A plan whose journal nobody can read is let go after this: who acts on it is the Lambda, which needs no plan object. */
const longestBlindMs = 60_000;

export type Deletion =
  | { readonly kind: 'Release'; readonly message: string }
  | { readonly kind: 'Hold'; readonly reason: string; readonly message: string };

/**
 * Whether a plan may go. It is filed as suspended from the moment that its deletion is asked for, so that nothing begins
 * any more, by any actor: a policy that somebody deleted must not promote anything. What runs already runs to its end.
 *
 * @param view undefined where the plan is not driven here.
 * @param askedMs wall clock of the deletion.
 */
export function deletionOf(view: PlanView | undefined, askedMs: number, nowMs: number): Deletion {
  const journal = view?.journal ?? null;
  if (journal === null) {
    return nowMs - askedMs > longestBlindMs
      ? { kind: 'Release', message: 'the journal could not be read: an operation that runs is left to the Lambda' }
      : { kind: 'Hold', reason: 'JournalNotRead', message: 'the journal has not been read yet' };
  }
  const { operation, pendingFence, pendingUnfence, suspended } = journal;
  if (operation !== null) {
    return { kind: 'Hold', reason: 'OperationRunning', message: `${operation.id} (${operation.action}) is running` };
  }
  if (pendingUnfence !== null) {
    const message = `${pendingUnfence.site} has not got back all that an aborted operation took: ${pendingUnfence.reason}`;
    return { kind: 'Hold', reason: 'UnfencePending', message };
  }
  if (pendingFence !== null) {
    const message = `${pendingFence.site} is not proven fenced: ${pendingFence.reason}`;
    return { kind: 'Hold', reason: 'FencePending', message };
  }
  if (!suspended) {
    return { kind: 'Hold', reason: 'NotSuspendedYet', message: 'the journal does not say yet that every actor holds' };
  }
  return { kind: 'Release', message: 'nothing is half done, and every actor holds' };
}
