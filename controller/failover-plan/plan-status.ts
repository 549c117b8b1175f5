import { formatDuration } from '../../src/api/duration.ts';
import type { FailoverPlanStatus } from '../../src/api/failover-plan-status.ts';
import { otherSite, type Site } from '../../src/api/site.ts';
import type { Journal } from '../../src/failover/journal.ts';
import { type Plan, planNow } from '../../src/failover/plan.ts';
import { ifKnown } from '../../src/failover/readiness/fact.ts';
import type { RolesReport } from '../desired-state/roles-report.ts';
import type { PlanView } from '../plan-runner/plan-view.ts';
import { type Condition, setCondition } from '../runtime/conditions.ts';
import { planConditions } from './plan-conditions.ts';
import { shownEvidence } from './plan-evidence.ts';
import { phaseOf } from './plan-phase.ts';

export interface PlanStatusInput {
  readonly view: PlanView;
  /** Of the FailoverPlan that the status speaks of. */
  readonly generation: number | undefined;
  /** The status as it stands. */
  readonly before: FailoverPlanStatus | undefined;
  readonly roles: RolesReport | undefined;
  /** How the last operation ended, with what was measured, where that is known. */
  readonly lastFailover: FailoverPlanStatus['lastFailover'];
  readonly now: Date;
}

/**
 * The whole status of a plan. Pure, and quiet: numbers are rounded, and words that only age stay as they were, so that a
 * status that says nothing new is the same.
 */
export function planStatus(input: PlanStatusInput): FailoverPlanStatus {
  const { view, generation, before, roles, lastFailover, now } = input;
  const { plan, journal, decided, readiness, planHash } = view;
  const words = phaseOf(view);
  const { loss, active } = decided?.assessment ?? {};
  let conditions: readonly Condition[] = (before?.conditions ?? []) as readonly Condition[];
  for (const said of planConditions(view, words, roles)) {
    conditions = setCondition(
      conditions,
      { ...said, ...(generation === undefined ? {} : { observedGeneration: generation }) },
      now,
    );
  }
  return {
    ...(journal === null ? {} : journalFields(plan, journal)),
    phase: words.phase,
    message: words.message,
    planHash,
    ...(loss?.observedLossSeconds == null || !isProtecting(journal)
      ? {}
      : { replicationLag: lagText(loss.observedLossSeconds) }),
    ...(readiness === null ? {} : { predictedRto: roundedUp(readiness.predictedRto.totalMs) }),
    ...(active === undefined
      ? {}
      : { evidence: shownEvidence(active.evidence, before?.evidence ?? [], secondsText(now)) }),
    ...(readiness === null ? {} : { findings: [...readiness.findings] }),
    sites: { primary: siteStatus(view, 'primary'), secondary: siteStatus(view, 'secondary') },
    ...(lastFailover === undefined ? {} : { lastFailover }),
    conditions: [...conditions] as NonNullable<FailoverPlanStatus['conditions']>,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
  };
}

/** What was measured of the former standby says nothing of a site that replicates nothing. */
function isProtecting(journal: Journal | null): boolean {
  if (journal === null) return false;
  const { activation, switchTerm, fenced } = journal;
  return switchTerm === activation.term && fenced !== otherSite(activation.active);
}

function journalFields(plan: Plan, { activation, epoch, lease, mode, suspended }: Journal): FailoverPlanStatus {
  return {
    active: activation.active,
    activeRegion: plan.sites[activation.active].region,
    epoch,
    ...(lease.holder === null ? {} : { journalHolder: lease.holder }),
    mode,
    suspended,
  } as FailoverPlanStatus;
}

type SiteStatus = NonNullable<NonNullable<FailoverPlanStatus['sites']>['primary']>;

function siteStatus({ plan, journal, decided, readiness }: PlanView, site: Site): SiteStatus {
  const facts = readiness?.facts.sites[site];
  const database = facts === undefined ? null : ifKnown(facts.database);
  const targets = facts === undefined ? null : ifKnown(facts.targets);
  const verdict = decided?.assessment.active;
  return {
    role: roleOf(journal, site),
    ...(journal === null ? {} : { databaseIdentifier: planNow(plan, journal).sites[site].database.identifier }),
    ...(database === null ? {} : { databaseStatus: database.status }),
    ...(targets === null ? {} : { healthyTargets: targets.healthy, totalTargets: targets.registered }),
    ...(verdict?.site === site ? { verdict: verdict.verdict === 'Suspect' ? 'Unknown' : verdict.verdict } : {}),
  };
}

function roleOf(journal: Journal | null, site: Site): NonNullable<SiteStatus['role']> {
  if (journal === null) return 'Unknown';
  if (journal.activation.active === site) return 'Active';
  return journal.fenced === site ? 'Fenced' : 'Standby';
}

/** Whole seconds, coarser where nobody would act on the difference. */
function lagText(seconds: number): string {
  const grain = seconds < 10 ? 1 : seconds < 60 ? 5 : 15;
  return formatDuration(Math.ceil(seconds / grain) * grain * 1000);
}

function roundedUp(ms: number): string {
  return formatDuration(Math.ceil(ms / 1000) * 1000);
}

/** As the API server writes times. */
export function secondsText(date: Date): string {
  return date.toISOString().replace(/\.\d{3}Z$/, 'Z');
}
