import { otherSite, type Site } from '../api/site.ts';
import type { Assessment, Reason } from './assess.ts';
import type { Now } from './clock.ts';
import type { Journal } from './journal.ts';
import type { AcceptedLoss } from './operation.ts';

/** What a person asked for: a Failover object, `understudy failover`, or an invocation of the Lambda. */
export interface OperationRequest {
  readonly action: 'Failover';
  readonly reason: string;
  /** The loss that the person accepts. */
  readonly acceptUpToSeconds: AcceptedLoss | null;
}

export type Decision =
  | { readonly kind: 'None' }
  | { readonly kind: 'Hold'; readonly reasons: readonly Reason[] }
  | {
      readonly kind: 'Start';
      readonly action: 'Failover';
      readonly from: Site;
      readonly to: Site;
      readonly reason: string;
      /** On evidence, not on a person's word. */
      readonly automatic: boolean;
      readonly acceptUpToSeconds: AcceptedLoss | null;
    };

/**
 * Whether an operation starts now. Every Hold names all that stands in the way, and what would change it; a person's
 * request passes mode and cooldown, never suspension or a standby that cannot be promoted.
 */
export function decide(
  assessment: Assessment,
  journal: Journal,
  now: Now,
  request: OperationRequest | null = null,
): Decision {
  if (journal.operation !== null) return { kind: 'None' };
  const { active, standby } = assessment;
  if (request === null && active.verdict === 'Up') return { kind: 'None' };

  const reasons: Reason[] = [];
  if (journal.suspended) {
    reasons.push({ code: 'Suspended', message: 'the plan is suspended', clears: 'spec.suspended: false' });
  }
  if (request === null) reasons.push(...automaticHolds(assessment, journal, now));
  if (!standby.ready) {
    reasons.push(...standby.reasons);
    if (active.verdict === 'Down') {
      reasons.push({
        code: 'BothSitesDown',
        message: `${active.site} is down and ${standby.site} cannot take over`,
        clears: 'either site: bring one back by hand; nothing is done automatically',
      });
    }
  }
  if (reasons.length > 0) return { kind: 'Hold', reasons };
  return {
    kind: 'Start',
    action: 'Failover',
    from: active.site,
    to: otherSite(active.site),
    automatic: request === null,
    reason: request?.reason ?? `${active.site} is down`,
    acceptUpToSeconds: request?.acceptUpToSeconds ?? null,
  };
}

function automaticHolds(assessment: Assessment, journal: Journal, now: Now): Reason[] {
  const reasons: Reason[] = [];
  if (assessment.active.verdict !== 'Down') reasons.push(...assessment.active.reasons);
  if (journal.mode === 'Manual') {
    reasons.push({
      code: 'Manual',
      message: 'the plan is in mode Manual',
      clears: 'a person: `understudy failover`, or spec.policy.mode: Automatic',
    });
  }
  if (now.wallMs < journal.cooldownUntilMs) {
    reasons.push({
      code: 'Cooldown',
      message: 'the last operation ended only a while ago',
      clears: `${new Date(journal.cooldownUntilMs).toISOString()} passing, or a person's request`,
    });
  }
  return reasons;
}
