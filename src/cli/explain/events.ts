import type { Explanation } from './explanation.ts';

/** Reasons of the events that `kubectl describe fplan` shows, beside the names of phases. */
export const eventExplanations: Readonly<Record<string, Explanation>> = {
  SiteUp: { means: 'The vantages together say that the active site is up.' },
  SiteSuspect: {
    means: 'Probes of the active site fail; the tolerance window is still open.',
    todo: 'Wait: it ends by itself.',
  },
  SiteDown: { means: 'A majority of failure domains has seen no success for the whole tolerance window.' },
  SiteUnknown: {
    means: 'The vantages contradict each other, or too few of them say anything.',
    todo: 'understudy status PLAN shows what each of them sees.',
  },
  Held: {
    means: 'Something would have been begun, and was not. The event names every reason, and what would change it.',
    todo: 'understudy explain REASON for each of them.',
  },
  OperationStarted: { means: 'An operation has begun.', todo: 'understudy status PLAN --watch follows it.' },
  OperationTakenOver: {
    means: 'Another actor goes on with an operation, since the former one was not heard of for a whole lease.',
  },
  OperationAborting: { means: 'An operation is being called off, and gives back what it took.' },
  OperationSucceeded: { means: 'An operation has ended well.', todo: 'understudy history PLAN shows what it took.' },
  OperationAborted: { means: 'An operation was called off before its point of no return.' },
  IrreversibleCall: { means: 'A call that cannot be undone was made: of an operation, at most one is accepted.' },
  FencePending: {
    means: 'A former active site is not proven to take no writes.',
    todo: 'It is tried again by itself, as soon as the region answers.',
  },
  Fenced: { means: 'A former active site is proven to take no writes.' },
  UnfencePending: { means: 'An aborted operation could not give back all that it took; it is tried again by itself.' },
  Unfenced: { means: 'The active site has back all that an aborted operation took.' },
  CleanedUp: { means: 'An instance that nothing needs any more was deleted.' },
  DeletionHeld: {
    means: 'The plan is to be deleted, and is kept until nothing of it is half done.',
    todo: 'Wait for the end of its operation. The event says how to give it up.',
  },
};

/** Reasons that a Failover's condition gives where nobody begins it. */
export const requestExplanations: Readonly<Record<string, Explanation>> = {
  AnotherMoves: {
    means:
      'Another operation moves the writer already; two of them would contradict each other, so this one was refused.',
    todo: 'Wait for its end, look at understudy status PLAN, and make another if it is still needed.',
  },
  AnotherFirst: { means: 'It waits for the end of another operation, and begins by itself.' },
};
