import type { FailoverPhase } from '../../api/failover.ts';
import type { PlanPhase } from '../../api/failover-plan-status.ts';
import type { Explanation } from './explanation.ts';

export const planPhaseExplanations: Readonly<Record<PlanPhase, Explanation>> = {
  Protected: { means: 'The active site serves, and the standby could take over now.' },
  Degraded: {
    means: 'A failover would work, but slower, with more loss, or not by itself.',
    todo: 'understudy status PLAN lists the findings, each with a remedy.',
  },
  Suspect: {
    means: 'Probes of the active site fail, and nobody has acted yet: the evidence is too young, or does not suffice.',
    todo: 'understudy status PLAN shows what each vantage sees and what is missing. If you know more: understudy failover PLAN.',
  },
  FailingOver: {
    means: 'An operation that moves the writer is under way.',
    todo: 'understudy status PLAN --watch follows it.',
  },
  Unprotected: {
    means: 'The active site serves, and nothing could take over.',
    todo: 'After a failover: understudy reprotect PLAN. Otherwise the findings say what is missing.',
  },
  Reprotecting: {
    means: 'The standby is being rebuilt; until then nothing could take over.',
    todo: 'understudy status PLAN --watch follows it.',
  },
  Unknown: {
    means: 'It cannot be told whether the application is safe: the journal or the vantages are out of reach.',
    todo: 'understudy status PLAN says what is missing.',
  },
};

export const failoverPhaseExplanations: Readonly<Record<FailoverPhase, Explanation>> = {
  Pending: {
    means: 'Nobody has begun it yet: another operation runs, something stands in its way, or no controller acts.',
    todo: 'understudy status PLAN says which; understudy abort takes it back.',
  },
  WaitingForConsent: {
    means: 'It would lose more than policy.maxDataLoss, or nobody could measure how much, and waits for a person.',
    todo: 'understudy approve PLAN --accept-loss N with the number that it names, or understudy abort PLAN.',
  },
  WaitingForHuman: {
    means: 'Something must be settled by hand; its message says what.',
    todo: 'Put that right: it goes on by itself.',
  },
  Running: { means: 'Its steps are being carried out, by the controller or a Lambda.' },
  Succeeded: { means: 'All its steps are done. A dry run that succeeded has done nothing.' },
  Failed: {
    means: 'It was refused, or cannot be done.',
    todo: 'Its message says why. Make another when that is settled.',
  },
  Aborted: { means: 'It was called off before its point of no return, and what it took was given back.' },
};
