import type { Clock } from '../failover/clock.ts';
import { type LagDatapoint, lagPeriodMs } from './replication-lag.ts';

/** Two readings of one datapoint differ by what clocks and calls take. */
const sameMs = 5_000;

/**
 * Reads a replica's lag no more often than it can have changed: RDS publishes it each minute, and CloudWatch charges for
 * every metric that is asked for. A minute after a new datapoint was seen, less one look, it is asked for again, at each
 * look until the next one is there.
 *
 * @see https://aws.amazon.com/cloudwatch/pricing/ for GetMetricData
 * @param everyMs between two looks.
 * @returns `null` also while there can be nothing newer than what was read before.
 */
export function createLagPace(clock: Clock, everyMs: number) {
  let known: { readonly of: string; readonly stampMs: number | null } | null = null;
  let notBeforeMs = Number.NEGATIVE_INFINITY;
  return async (of: string, read: () => Promise<LagDatapoint | null>): Promise<LagDatapoint | null> => {
    if (known?.of === of && clock.now().monotonicMs < notBeforeMs) return null;
    const found = await read();
    const { monotonicMs } = clock.now();
    const stampMs = found === null ? null : monotonicMs - found.ageMs;
    const before = known?.of === of ? known.stampMs : null;
    const isSame = stampMs !== null && before !== null && Math.abs(stampMs - before) < sameMs;
    // One that was never seen to be new may have been there for most of its minute.
    const isNew = stampMs !== null && before !== null && !isSame;
    if (isNew || stampMs === null) notBeforeMs = monotonicMs + lagPeriodMs - everyMs;
    known = { of, stampMs: isSame ? before : stampMs };
    return found;
  };
}
