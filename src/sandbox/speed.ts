import { type Duration, durationMs, formatDuration } from '../api/duration.ts';
import type { FailoverPlan } from '../api/failover-plan.ts';
import type { Timing } from '../failover/timing.ts';

/** Steps have a share of the objective as their budget, and real calls on a busy laptop do not get faster. */
const shortestRtoMs = 150_000;

/**
 * The same plan `speed` times faster: what the sandbox runs, so that minutes of waiting need not be sat out. As a
 * resource, since that is what functions find in their parameter.
 */
export function scalePlan(plan: FailoverPlan, speed: number): FailoverPlan {
  const { objectives, detection, policy } = plan.spec;
  const rtoMs = durationMs(objectives.rto);
  return {
    ...plan,
    spec: {
      ...plan.spec,
      objectives: { ...objectives, rto: whole(Math.max(rtoMs / speed, Math.min(rtoMs, shortestRtoMs))) },
      detection: { ...detection, interval: whole(durationMs(detection.interval) / speed) },
      policy: { ...policy, cooldown: whole(durationMs(policy.cooldown) / speed) },
    },
  };
}

function whole(ms: number): Duration {
  return formatDuration(Math.round(ms));
}

/**
 * The same timing `speed` times faster, for the sandbox. What bounds a real call on this machine (`callMs`, `fenceMs`,
 * `pollMs`) is not shortened below what a busy laptop needs to answer.
 */
export function scaleTiming(timing: Timing, speed: number): Timing {
  const scaled = (ms: number, atLeastMs: number): number => Math.max(Math.min(ms, atLeastMs), ms / speed);
  return {
    leaseMs: scaled(timing.leaseMs, 3_000),
    renewEveryMs: scaled(timing.renewEveryMs, 750),
    fenceMs: scaled(timing.fenceMs, 1_000),
    callMs: scaled(timing.callMs, 3_000),
    pollMs: scaled(timing.pollMs, 100),
    suspectMs: scaled(timing.suspectMs, 100),
    heartbeatMs: scaled(timing.heartbeatMs, 200),
    backoffMs: { first: scaled(timing.backoffMs.first, 100), longest: scaled(timing.backoffMs.longest, 1_000) },
    settleMs: scaled(timing.settleMs, 5_000),
  };
}
