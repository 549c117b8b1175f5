import { durationMs } from '../api/duration.ts';
import type { FailoverPlan, FailoverPlanSpec, Vantage } from '../api/failover-plan.ts';
import type { Site } from '../api/site.ts';
import type { Journal } from './journal.ts';

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
  /** Each vantage that has a say. */
  readonly vantages: readonly Readonly<Vantage>[];
  readonly minHealthyTargetsPercent: number;
  readonly mode: 'Automatic' | 'Manual';
  readonly suspended: boolean;
  readonly maxDataLossSeconds: number;
  readonly cooldownMs: number;
  /** `Automatic`: an actor rebuilds protection by itself once the cooldown after a failover is over. */
  readonly reprotect: 'Manual' | 'Automatic';
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
    reprotect: spec.policy.reprotect,
    abortIfRecovered: spec.policy.abortIfRecovered,
    singleDomain: spec.policy.singleDomain,
  };
}

/** The plan with the database identifiers that are in use, which rebuilding a replica changes. */
export function planNow(plan: Plan, { databases }: Pick<Journal, 'databases'>): Plan {
  const at = (site: Site): Plan['sites'][Site] => {
    const { database } = plan.sites[site];
    return { ...plan.sites[site], database: { ...database, identifier: databases[site] ?? database.identifier } };
  };
  const isAsFiled = databases.primary === undefined && databases.secondary === undefined;
  return isAsFiled ? plan : { ...plan, sites: { primary: at('primary'), secondary: at('secondary') } };
}

/** The instance that a site had when it was active last, which a rebuilding replaces. */
export function formerDatabase(plan: Plan, { rebuilding, databases }: Journal, site: Site): string {
  if (rebuilding?.site === site) return rebuilding.retired;
  return databases[site] ?? plan.sites[site].database.identifier;
}

/** The failure domains that have a vote, each once. */
export function votingDomains(plan: Plan): string[] {
  return [...new Set(plan.vantages.map((vantage) => vantage.domain))];
}

export function regionOf(plan: Plan, site: Site): string {
  return plan.sites[site].region;
}
