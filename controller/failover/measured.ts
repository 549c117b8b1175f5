import { formatDuration } from '../../src/api/duration.ts';
import type { FailoverStatus } from '../../src/api/failover.ts';
import type { Operation, StepName } from '../../src/failover/operation.ts';
import { movesTheWriter } from '../../src/failover/steps/steps-of.ts';

type Measured = NonNullable<FailoverStatus['measured']>;

/**
 * What can be told of an operation's times by what was seen, and nothing that is computed from settings. Times of two
 * clocks are never subtracted: the whole recovery time is told only where one actor took it all.
 *
 * - detection: from the last healthy look of any vantage to the decision.
 * - promotion: from the intent to a database that takes writes.
 * - trafficFlip: from the markers to the first answer from the new site by the application's name.
 *
 * @returns undefined where nothing was measured.
 */
export function measuredOf(operation: Operation): Measured | undefined {
  const { action, actors, automatic, decision, intent } = operation;
  const oneClock = actors.length === 1;
  const detectionMs = automatic && action === 'Failover' ? sinceHealthyMs(operation) : null;
  const writableMs = completedMs(operation, 'verify-writable');
  const openedMs = completedMs(operation, 'open-traffic');
  const answeredMs = completedMs(operation, 'verify-traffic');
  const promotionMs = intent === null || writableMs === null || !oneClock ? null : writableMs - intent.atMs;
  const flipMs = openedMs === null || answeredMs === null || !oneClock ? null : answeredMs - openedMs;
  const rtoMs =
    movesTheWriter(action) && detectionMs !== null && answeredMs !== null && oneClock
      ? detectionMs + (answeredMs - decision.atMs)
      : null;
  const measured: Measured = {
    ...span('detection', detectionMs),
    ...span('promotion', promotionMs),
    ...span('trafficFlip', flipMs),
    ...span('rto', rtoMs),
  };
  return Object.keys(measured).length === 0 ? undefined : measured;
}

/** At the decision. The estimate of the worst case is this and the lag of then. */
function sinceHealthyMs({ decision: { worstCaseSeconds, observedLossSeconds } }: Operation): number | null {
  return worstCaseSeconds === null ? null : (worstCaseSeconds - (observedLossSeconds ?? 0)) * 1000;
}

function completedMs({ steps }: Operation, name: StepName): number | null {
  const step = steps.find((candidate) => candidate.name === name);
  return step?.phase === 'Done' ? step.completedAtMs : null;
}

function span<Key extends keyof Measured>(key: Key, ms: number | null): { [Name in Key]?: string } {
  return (ms === null ? {} : { [key]: formatDuration(Math.max(0, Math.round(ms))) }) as { [Name in Key]?: string };
}
