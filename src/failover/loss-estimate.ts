import { otherSite, type Site } from '../api/site.ts';
import type { HeartbeatLook, SeenObservation } from './observation.ts';
import type { LossEstimate } from './operation.ts';

/**
 * A lag that was measured longer than this before the last success says nothing of the lag at that success. CloudWatch
 * has one datapoint a minute, dated to the minute's start and published a minute or two later.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html
 */
const lagOldestMs = 3 * 60_000;

/**
 * The loss that a promotion would mean: by the heartbeat where both probers saw it, otherwise by the lag that was
 * measured while the active was last seen healthy, freshest first; and at worst all that was written since then. What
 * nobody has seen or measured is unknown, not small.
 */
export function lossEstimate(active: Site, seen: readonly SeenObservation[]): LossEstimate {
  let sinceSuccessMs = Number.POSITIVE_INFINITY;
  for (const { observation, unchangedMs } of seen) {
    const agoMs = observation.sites[active].sinceSuccessMs ?? Number.POSITIVE_INFINITY;
    sinceSuccessMs = Math.min(sinceSuccessMs, agoMs + unchangedMs);
  }
  const successKnown = Number.isFinite(sinceSuccessMs);
  const observedLossSeconds = missingBeatsSeconds(active, seen) ?? measuredLag(seen, successKnown ? sinceSuccessMs : 0);
  return {
    observedLossSeconds,
    worstCaseSeconds: successKnown ? sinceSuccessMs / 1000 + (observedLossSeconds ?? 0) : null,
  };
}

/** Between two looks of a prober, and a little more: so much may have been written since it last said how far it was. */
const aheadAtMostMs = 60_000;

/**
 * What the active's prober wrote and the standby's prober did not find when it looked later, and what was written after
 * the last number, which nobody can have counted. A standby that was looked at before the number was written says nothing
 * of it; one that has it has all.
 */
function missingBeatsSeconds(active: Site, seen: readonly SeenObservation[]): number | null {
  const written = freshestBeat(seen, (beat) => beat.written && beat.site === active);
  const found = freshestBeat(seen, (beat) => !beat.written && beat.site === otherSite(active));
  if (written === null || found === null || found.ageMs > written.ageMs) return null;
  // So far ahead of what was last heard of: the active's prober has been silent for long, and nobody knows the number.
  if ((found.number - written.number) * written.intervalMs > aheadAtMostMs) return null;
  const missing = Math.max(0, written.number - found.number);
  return missing === 0 ? 0 : ((missing + 1) * written.intervalMs) / 1000;
}

function freshestBeat(
  seen: readonly SeenObservation[],
  matches: (beat: HeartbeatLook) => boolean,
): HeartbeatLook | null {
  let freshest: HeartbeatLook | null = null;
  for (const { observation, unchangedMs } of seen) {
    const { heartbeat } = observation;
    if (heartbeat === undefined || !matches(heartbeat)) continue;
    const ageMs = heartbeat.ageMs + unchangedMs;
    if (freshest === null || ageMs < freshest.ageMs) freshest = { ...heartbeat, ageMs };
  }
  return freshest;
}

/** CloudWatch's second opinion. */
function measuredLag(seen: readonly SeenObservation[], sinceSuccessMs: number): number | null {
  let lagSeconds: number | null = null;
  let freshestMs = Number.POSITIVE_INFINITY;
  for (const { observation, unchangedMs } of seen) {
    if (observation.replication === null) continue;
    const ageMs = observation.replication.ageMs + unchangedMs;
    if (ageMs - sinceSuccessMs > lagOldestMs || ageMs >= freshestMs) continue;
    freshestMs = ageMs;
    lagSeconds = observation.replication.lagSeconds;
  }
  return lagSeconds;
}
