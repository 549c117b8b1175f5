import type { Journal } from './journal.ts';
import type { Step } from './operation.ts';

/**
 * What else is true of the plan once a step of its operation has been settled. Part of the same write, so that the
 * record of the step and the state that it brought about never differ.
 */
export function afterSettled(journal: Journal, step: Step): Journal {
  const { operation } = journal;
  const isThere = step.phase === 'Done' || step.phase === 'Skipped';
  if (operation === null || operation.phase === 'Aborting' || !isThere) return journal;
  switch (step.name) {
    case 'open-traffic':
      return { ...journal, activation: { term: operation.activationTerm, active: operation.to } };
    case 'repoint-switch':
      return { ...journal, switchTerm: operation.activationTerm };
    case 'retire-database':
      return operation.action === 'Reprotect' ? { ...journal, rebuilding: null } : journal;
    case 'lift-fence':
      return journal.fenced === operation.to ? { ...journal, fenced: null } : journal;
    default:
      return journal;
  }
}
