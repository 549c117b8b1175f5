import { type Duration, durationMs, formatDuration } from '../../api/duration.ts';
import { UnderstudyError } from '../../api/errors.ts';
import type { FailoverObject } from '../cluster/objects.ts';
import { operationName } from './operation-name.ts';
import { durationOption } from './options.ts';
import { phaseOf } from './phases.ts';

/** A loss that a person accepts, as `spec.dataLoss.acceptUpTo` takes it: `any` covers one that nobody can name. */
export type AcceptedLoss = Duration | 'any';

/** @throws UnderstudyError US1025 if it is neither a duration nor `any`. */
export function acceptedLoss(text: string): AcceptedLoss {
  return text === 'any' ? text : formatDuration(durationOption('accept-loss', text));
}

/** What an operation is expected to lose, in words. */
export function lossWords({ status }: FailoverObject): string {
  const { observed, worstCase } = status?.dataLoss ?? {};
  if (observed !== undefined) {
    const worst = worstCase === undefined ? '' : `; at worst, with all that was written since: ${worstCase}`;
    return `measured when the active was last seen writable: ${observed}${worst}`;
  }
  if (worstCase !== undefined) return `not measured; at worst ${worstCase}`;
  return 'unknown: nobody measured the lag or saw the active site well';
}

/**
 * The least that a consent must be. The engine compares with more digits than a status shows, so it is the next whole
 * second.
 */
export function leastConsent({ status }: FailoverObject): AcceptedLoss {
  const loss = status?.dataLoss?.observed ?? status?.dataLoss?.worstCase;
  return loss === undefined ? 'any' : formatDuration(Math.ceil(durationMs(loss) / 1000) * 1000);
}

/**
 * Sees that a consent covers the number that was measured.
 *
 * @throws UnderstudyError US1028 where nothing asks for consent, US1027 where the number is too small.
 */
export function checkConsent(failover: FailoverObject, accepted: AcceptedLoss): void {
  const name = operationName(failover);
  const { action } = failover.spec;
  if (action !== 'Failover') {
    throw new UnderstudyError('US1028', `${name} is a ${action}, which loses nothing and asks for no consent`);
  }
  const phase = phaseOf(failover);
  if (phase !== 'WaitingForConsent' && phase !== 'Pending') {
    throw new UnderstudyError('US1028', `${name} is ${phase}: it waits for no consent`);
  }
  // One that has not begun has measured nothing yet.
  if (phase === 'Pending' || accepted === 'any') return;
  const least = leastConsent(failover);
  if (least !== 'any' && durationMs(accepted) >= durationMs(least)) return;
  throw new UnderstudyError('US1027', `${accepted} does not cover the loss of ${name}, ${lossWords(failover)}`, {
    remedy: `If the business can lose that: --accept-loss ${least}. Until somebody says so it waits, and loses nothing more.`,
  });
}
