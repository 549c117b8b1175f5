import { activationSteps, promote } from './activation.ts';
import { closeTraffic, fenceDatabase, pauseReconciliation, scale } from './fencing.ts';
import type { StepDefinition } from './step-definition.ts';

/**
 * A failover, in dependency order. Fencing comes before the promotion but has one brief attempt each: a region that
 * is gone must not hold up the one that lives.
 */
export const failoverSteps: readonly StepDefinition[] = [
  { name: 'consent', after: [], budgetShare: 0.05 },
  { ...closeTraffic, after: ['consent'], attempts: 1, within: 'fence' },
  { ...fenceDatabase, after: ['consent'], attempts: 1, within: 'fence' },
  { ...pauseReconciliation, after: ['consent'] },
  { name: 'intent', after: ['close-traffic', 'fence-database', 'pause-reconciliation'], budgetShare: 0.01 },
  promote,
  { ...scale, after: ['intent'] },
  ...activationSteps,
];
