import type { Plan } from '../failover/plan.ts';
import type { Timing } from '../failover/timing.ts';

/** Steps have a share of the objective as their budget, and real calls on a busy laptop do not get faster. */
const shortestRtoMs = 150_000;

/** The same plan `speed` times faster: what the sandbox runs, so that minutes of waiting need not be sat out. */
export function scalePlan(plan: Plan, speed: number): Plan {
  return {
    ...plan,
    rtoMs: Math.max(plan.rtoMs / speed, Math.min(plan.rtoMs, shortestRtoMs)),
    intervalMs: plan.intervalMs / speed,
    windowMs: plan.windowMs / speed,
    cooldownMs: plan.cooldownMs / speed,
  };
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
