import { otherSite, type Site } from '../api/site.ts';
import type { Assessment, Reason } from './assess.ts';
import type { Now } from './clock.ts';
import type { Journal, OperationRequest } from './journal.ts';
import type { AcceptedLoss, Action } from './operation.ts';
import type { Plan } from './plan.ts';
import { whyNotMoveTo, whyNotRehearse, whyNotReprotect, whyNotSwitchOver } from './standing-holds.ts';

export interface Start {
  readonly kind: 'Start';
  readonly action: Action;
  readonly from: Site;
  readonly to: Site;
  readonly reason: string;
  /** On evidence, not on a person's word. */
  readonly automatic: boolean;
  readonly acceptUpToSeconds: AcceptedLoss | null;
  /** Of the request that it serves. */
  readonly requestId?: string | undefined;
  /** What it is only the first half of. */
  readonly followedBy: 'Failback' | null;
}

export type Decision =
  | { readonly kind: 'None' }
  | { readonly kind: 'Hold'; readonly reasons: readonly Reason[] }
  /** What was asked for is so already: the request is answered, and forgotten. */
  | { readonly kind: 'Decline'; readonly reasons: readonly Reason[] }
  | Start;

/**
 * Whether an operation starts now. Every Hold names all that stands in the way, and what would change it; a person's
 * request passes mode and cooldown, never suspension or a standby that cannot be promoted.
 */
export function decide(
  plan: Plan,
  assessment: Assessment,
  journal: Journal,
  now: Now,
  request: OperationRequest | null = null,
): Decision {
  if (journal.operation !== null) return { kind: 'None' };
  const asked = request === null ? null : decideRequest(plan, assessment, journal, request);
  if (asked !== null && asked.kind !== 'Hold') return asked;
  const unasked = decideUnasked(plan, assessment, journal, now);
  // A request that has to wait must not keep anybody from acting on an outage.
  return unasked.kind === 'Start' ? unasked : (asked ?? unasked);
}

function decideUnasked(plan: Plan, assessment: Assessment, journal: Journal, now: Now): Decision {
  if (assessment.active.verdict !== 'Up') return decideFailover(assessment, journal, now);
  return plan.reprotect === 'Automatic' ? decideReprotect(assessment, journal, now) : { kind: 'None' };
}

function decideRequest(plan: Plan, assessment: Assessment, journal: Journal, request: OperationRequest): Decision {
  const { action } = request;
  const suspended = whySuspended(journal);
  const orHold = (reasons: readonly Reason[], begin: Action, followedBy: Start['followedBy'] = null): Decision => {
    const all = [...suspended, ...reasons];
    const isSo = all.length > 0 && all.every(({ code }) => code === 'AlreadyActive' || code === 'AlreadyProtected');
    if (isSo) return { kind: 'Decline', reasons: all };
    if (all.length > 0) return { kind: 'Hold', reasons: all };
    const { id: requestId, reason, acceptUpToSeconds } = request;
    return { ...start(assessment, begin, reason), automatic: false, acceptUpToSeconds, requestId, followedBy };
  };
  switch (action) {
    case 'Failover':
      return orHold(whyNotMoveTo(assessment, journal), 'Failover');
    case 'Switchover':
      return orHold(whyNotSwitchOver(plan, assessment, journal), 'Switchover');
    case 'Reprotect':
      return orHold(whyNotReprotect(assessment, journal), 'Reprotect');
    case 'Drill':
      return orHold(whyNotRehearse(assessment), 'Drill');
    case 'Failback': {
      if (assessment.active.site === 'primary') return orHold([alreadyActive], 'Failback');
      // Nothing to switch over to yet: the same request is served again when there is.
      const unprotected = whyNotReprotect(assessment, journal).length === 0;
      return unprotected
        ? orHold([], 'Reprotect', 'Failback')
        : orHold(whyNotSwitchOver(plan, assessment, journal), 'Failback');
    }
  }
}

function decideFailover(assessment: Assessment, journal: Journal, now: Now): Decision {
  const { active, standby } = assessment;
  const reasons = [
    ...whySuspended(journal),
    ...(active.verdict === 'Down' ? [] : active.reasons),
    ...whyManual(journal),
    ...whyCooling(journal, now),
    ...whyNotMoveTo(assessment, journal),
  ];
  if (active.verdict === 'Down' && !standby.ready) {
    reasons.push({
      code: 'BothSitesDown',
      message: `${active.site} is down and ${standby.site} cannot take over`,
      clears: 'either site: bring one back by hand; nothing is done automatically',
    });
  }
  if (reasons.length > 0) return { kind: 'Hold', reasons };
  return start(assessment, 'Failover', `${active.site} is down`);
}

/** Only where the plan asks for it, and only after something has happened: a first replica is the manifests' to make. */
function decideReprotect(assessment: Assessment, journal: Journal, now: Now): Decision {
  const holds = [...whySuspended(journal), ...whyManual(journal), ...whyCooling(journal, now)];
  const isDue = journal.last?.outcome === 'Succeeded' && whyNotReprotect(assessment, journal).length === 0;
  if (!isDue || holds.length > 0) return { kind: 'None' };
  return start(assessment, 'Reprotect', `nothing protects ${assessment.active.site} since ${journal.last?.id}`);
}

function start({ active }: Assessment, action: Action, reason: string): Start {
  const { site } = active;
  return {
    kind: 'Start',
    action,
    from: site,
    to: otherSite(site),
    automatic: true,
    reason,
    acceptUpToSeconds: null,
    followedBy: null,
  };
}

const alreadyActive: Reason = {
  code: 'AlreadyActive',
  message: 'the primary is active already',
  clears: 'nothing to do',
};

function whySuspended(journal: Journal): Reason[] {
  if (!journal.suspended) return [];
  return [{ code: 'Suspended', message: 'the plan is suspended', clears: 'spec.suspended: false' }];
}

function whyManual(journal: Journal): Reason[] {
  if (journal.mode !== 'Manual') return [];
  return [
    {
      code: 'Manual',
      message: 'the plan is in mode Manual',
      clears: 'a person: `understudy failover`, or spec.policy.mode: Automatic',
    },
  ];
}

function whyCooling(journal: Journal, now: Now): Reason[] {
  if (now.wallMs >= journal.cooldownUntilMs) return [];
  return [
    {
      code: 'Cooldown',
      message: 'the last operation ended only a while ago',
      clears: `${new Date(journal.cooldownUntilMs).toISOString()} passing, or a person's request`,
    },
  ];
}
