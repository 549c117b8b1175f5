import type { Journal, OperationRequest } from './journal.ts';
import type { AcceptedLoss } from './operation.ts';

// What people write into the journal, whoever carries it there: a Failover object, the command line, a Lambda's payload.

/** A word to begin an operation as soon as it can. The latest word counts; it changes nothing while one runs. */
export function requestOperation(journal: Journal, request: OperationRequest): Journal {
  return journal.operation === null ? { ...journal, requested: request } : journal;
}

/** A person's word that so much may be lost. */
export function grantConsent(journal: Journal, acceptUpToSeconds: AcceptedLoss): Journal {
  const { operation } = journal;
  if (operation === null) return journal;
  return { ...journal, operation: { ...operation, consent: { acceptUpToSeconds } } };
}

/** A person's word to stop. It counts only before the intent, which {@link advance} sees to. */
export function requestAbort(journal: Journal, reason: string): Journal {
  const { operation } = journal;
  // What has not begun is simply not asked for any more.
  if (operation === null) return journal.requested === null ? journal : { ...journal, requested: null };
  return { ...journal, operation: { ...operation, abort: { requested: true, reason } } };
}
