import type { FailoverPlanCondition } from '../../api/failover-plan-status.ts';
import type { Explanation } from './explanation.ts';

/** Conditions of a FailoverPlan: True is the first half of each, False the second. */
export const conditionExplanations: Readonly<Record<FailoverPlanCondition, Explanation>> = {
  Ready: {
    means: 'Whether a failover would succeed now.',
    todo: 'Where False, its message says what stands in the way.',
  },
  StandbyReady: {
    means: 'Whether the database of the standby is an available replica of the active.',
    todo: 'Where False after a failover: understudy reprotect PLAN.',
  },
  Protected: {
    means: 'Whether there is a replica, and a switch that can move traffic to it.',
    todo: 'Where False after a failover: understudy reprotect PLAN.',
  },
  Automatic: {
    means: 'Whether an outage starts a failover by itself, by the mode and suspension that are in the journal.',
    todo: 'Where False: set spec.policy.mode to Automatic, and spec.suspended to false.',
  },
  Agreed: {
    means: 'Whether the Lambdas of both sites work by the same plan as the controller.',
    todo: 'Where False: apply the manifests of one synth, plan and stacks together.',
  },
  FencePending: {
    means: 'Whether a former active site could still take writes, for all that is known. True is bad.',
    todo: 'Where True: it is tried again by itself. If the region never returns, delete the database there by hand.',
  },
  RolesWritten: {
    means: 'Whether the roles stand where Crossplane reads them, so that applying the manifests again changes nothing.',
    todo: 'Where False: its message says what has to be changed, and where.',
  },
};
