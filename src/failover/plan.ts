import { durationMs } from '../api/duration.ts';
import type { FailoverPlan, FailoverPlanSpec } from '../api/failover-plan.ts';
import type { Site } from '../api/site.ts';

/** A FailoverPlan as the engine uses it: durations as numbers, derived windows computed once. */
export interface Plan {
  readonly name: string;
  readonly sites: FailoverPlanSpec['sites'];
  readonly witness: FailoverPlanSpec['witness'];
  readonly dns: FailoverPlanSpec['dns'];
  readonly rtoMs: number;
  readonly intervalMs: number;
  /** The tolerance window, `interval × failureThreshold`: so long without one success means Down. */
  readonly windowMs: number;
  /** Name and failure domain of each vantage that has a say. */
  readonly vantages: readonly { readonly name: string; readonly domain: string }[];
  readonly minHealthyTargetsPercent: number;
  readonly mode: 'Automatic' | 'Manual';
  readonly suspended: boolean;
  readonly maxDataLossSeconds: number;
  readonly cooldownMs: number;
  readonly abortIfRecovered: boolean;
  /** `Act`: one failure domain alone may give the verdict Down. */
  readonly singleDomain: 'Hold' | 'Act';
}

export function planOf(resource: FailoverPlan): Plan {
  const { spec } = resource;
  const intervalMs = durationMs(spec.detection.interval);
  return {
    name: resource.metadata.name,
    sites: spec.sites,
    witness: spec.witness,
    dns: spec.dns,
    rtoMs: durationMs(spec.objectives.rto),
    intervalMs,
    windowMs: intervalMs * spec.detection.failureThreshold,
    vantages: spec.detection.vantages,
    minHealthyTargetsPercent: spec.detection.minHealthyTargetsPercent,
    mode: spec.policy.mode,
    suspended: spec.suspended,
    maxDataLossSeconds: durationMs(spec.policy.maxDataLoss) / 1000,
    cooldownMs: durationMs(spec.policy.cooldown),
    abortIfRecovered: spec.policy.abortIfRecovered,
    singleDomain: spec.policy.singleDomain,
  };
}

/** The failure domains that have a vote, each once. */
export function votingDomains(plan: Plan): string[] {
  return [...new Set(plan.vantages.map((vantage) => vantage.domain))];
}

export function regionOf(plan: Plan, site: Site): string {
  return plan.sites[site].region;
}
