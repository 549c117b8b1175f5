import type { StepDefinition } from './step-definition.ts';

/**
 * What an aborted operation has to undo; part of no plan of steps, added when the abort begins. A few attempts only: an
 * abort must end even while its region is dark, since nothing else can begin before. What is left undone stands in the
 * journal, and somebody's duty.
 */
export const undoSteps: readonly StepDefinition[] = [
  {
    name: 'unfence',
    after: [],
    budgetShare: 0.1,
    attempts: 3,
    ends: true,
    effect: (_plan, { from, activationTerm }) => ({ kind: 'unfence', site: from, activationTerm: activationTerm - 1 }),
  },
  {
    name: 'resume-reconciliation',
    after: [],
    budgetShare: 0.1,
    attempts: 3,
    ends: true,
    onKubernetes: true,
    effect: (_plan, { to }) => ({ kind: 'resume-reconciliation', site: to }),
  },
];
