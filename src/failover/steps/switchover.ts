import { activationSteps, promote } from './activation.ts';
import { closeTraffic, fenceDatabase, pauseReconciliation, scale } from './fencing.ts';
import type { StepDefinition } from './step-definition.ts';

/** It does not come to pass within its budget: the operation is called off, and the active gets everything back. */
const orNotAtAll = { within: 'budget', required: true } as const;

/**
 * A switchover loses nothing, or it does not happen: up to the intent every step is required. What takes long comes
 * first, while the active still serves; the writes stop only when the fence closes.
 */
export const switchoverSteps: readonly StepDefinition[] = [
  { ...scale, after: [], ...orNotAtAll },
  { ...pauseReconciliation, after: [] },
  { ...closeTraffic, after: ['scale', 'pause-reconciliation'], budgetShare: 0.1, ...orNotAtAll },
  { ...fenceDatabase, after: ['scale', 'pause-reconciliation'], budgetShare: 0.1, ...orNotAtAll },
  {
    name: 'prove-fence',
    after: ['close-traffic', 'fence-database'],
    budgetShare: 0.1,
    ...orNotAtAll,
    effect: (_plan, { from, databases, activationTerm }) => ({
      kind: 'prove-fence',
      site: from,
      database: databases.from,
      activationTerm: activationTerm - 1,
    }),
  },
  {
    name: 'verify-replayed',
    after: ['prove-fence'],
    budgetShare: 0.1,
    ...orNotAtAll,
    effect: (_plan, { from, to, databases }) => ({
      kind: 'verify-replayed',
      site: to,
      database: databases.to,
      source: { site: from, database: databases.from },
    }),
  },
  { name: 'intent', after: ['verify-replayed'], budgetShare: 0.01 },
  promote,
  ...activationSteps,
];
