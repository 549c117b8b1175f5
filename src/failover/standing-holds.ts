import type { Assessment, Reason } from './assess.ts';
import type { Journal } from './journal.ts';
import type { Plan } from './plan.ts';

// What must stand before an operation can begin, whoever asks for it. An empty list: nothing is in the way.

/** For all operations that make the standby the active. */
export function whyNotMoveTo({ active, standby }: Assessment, journal: Journal): Reason[] {
  const reasons = [...standby.reasons];
  if (journal.switchTerm !== journal.activation.term) {
    reasons.push({
      code: 'SwitchNotRepointed',
      message: `no marker in ${standby.site} moves traffic: the health checks still look for those of term ${journal.switchTerm}`,
      clears: '`understudy reprotect`',
    });
  }
  if (journal.fenced === standby.site) {
    reasons.push({
      code: 'StandbyFenced',
      message: `${standby.site} is fenced since ${active.site} took over from it`,
      clears: '`understudy reprotect`, which rebuilds its database and lifts the fence',
    });
  }
  return reasons;
}

/** All green, since nothing forces anybody: a switchover moves an application that is well. */
export function whyNotSwitchOver(plan: Plan, assessment: Assessment, journal: Journal): Reason[] {
  const { active, loss } = assessment;
  const reasons = [...whyNotUp(assessment, '`understudy failover` where it cannot wait'), ...whyDutyPending(journal)];
  reasons.push(...whyNotMoveTo(assessment, journal));
  if (plan.sites[active.site].fencing === undefined) {
    reasons.push({
      code: 'NoFencing',
      message: `nothing can stop the writes to ${active.site}: the plan names no network ACL for it`,
      clears: `spec.sites.${active.site}.fencing in the plan`,
    });
  }
  const { observedLossSeconds } = loss;
  if (observedLossSeconds !== null && observedLossSeconds > plan.maxDataLossSeconds) {
    reasons.push({
      code: 'StandbyBehind',
      message: `${assessment.standby.site} is ${observedLossSeconds.toFixed(1)} s behind`,
      clears: `a replication lag of at most ${plan.maxDataLossSeconds} s`,
    });
  }
  return reasons;
}

export function whyNotReprotect(assessment: Assessment, journal: Journal): Reason[] {
  const { standby } = assessment;
  const reasons = [...whyNotUp(assessment, 'the active being well again'), ...whyDutyPending(journal)];
  if (standby.reasons.some(({ code }) => code === 'StandbyUnreadable')) reasons.push(...standby.reasons);
  if (whyNotMoveTo(assessment, journal).length === 0 && journal.rebuilding === null) {
    reasons.push({
      code: 'AlreadyProtected',
      message: `${standby.site} protects it already`,
      clears: 'nothing to do',
    });
  }
  return reasons;
}

export function whyNotRehearse(assessment: Assessment): Reason[] {
  return [...whyNotUp(assessment, 'the active being well again'), ...assessment.standby.reasons];
}

function whyNotUp({ active }: Assessment, clears: string): Reason[] {
  if (active.verdict === 'Up') return [];
  return [
    { code: 'ActiveNotUp', message: `${active.site} is ${active.verdict} by what is seen now`, clears },
    ...active.reasons,
  ];
}

function whyDutyPending({ pendingFence, pendingUnfence }: Journal): Reason[] {
  const reasons: Reason[] = [];
  if (pendingFence !== null) {
    reasons.push({
      code: 'FencePending',
      message: `${pendingFence.site} is not proven fenced: ${pendingFence.reason}`,
      clears: `its region answering, or its database being deleted by hand`,
    });
  }
  if (pendingUnfence !== null) {
    reasons.push({
      code: 'UnfencePending',
      message: `${pendingUnfence.site} has not got back all that an aborted operation took: ${pendingUnfence.reason}`,
      clears: 'its region answering',
    });
  }
  return reasons;
}
