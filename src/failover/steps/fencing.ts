import { type StepDefinition, withoutStack } from './step-definition.ts';

// What every operation that moves the writer does before its point of no return, whatever else it asks of it.

/** Takes the site's entitlement to traffic away. */
export const closeTraffic = {
  name: 'close-traffic',
  budgetShare: 0.02,
  effect: (_plan, { from, activationTerm }) => ({
    kind: 'close-traffic',
    site: from,
    activationTerm: activationTerm - 1,
  }),
} as const satisfies Partial<StepDefinition>;

export const fenceDatabase = {
  name: 'fence-database',
  budgetShare: 0.02,
  skip: (plan, { from }) => (plan.sites[from].fencing === undefined ? 'the plan names no network ACL' : null),
  effect: (_plan, { from }) => ({ kind: 'fence-database', site: from }),
} as const satisfies Partial<StepDefinition>;

/** Worth a moment, never worth holding anything up: what is left undone is the controller's to make up for. */
export const pauseReconciliation = {
  name: 'pause-reconciliation',
  budgetShare: 0.02,
  attempts: 1,
  within: 'fence',
  onKubernetes: true,
  skip: (plan) => withoutStack(plan, 'pause'),
  effect: (_plan, { to }) => ({ kind: 'pause-reconciliation', site: to }),
} as const satisfies Partial<StepDefinition>;

export const scale = {
  name: 'scale',
  budgetShare: 0.3,
  skip: (plan, { to }) =>
    plan.sites[to].autoScalingGroup === undefined ? 'the plan names no Auto Scaling group' : null,
  effect: (plan, { to }) => ({ kind: 'scale', site: to, desired: plan.sites[to].capacity.active }),
} as const satisfies Partial<StepDefinition>;
