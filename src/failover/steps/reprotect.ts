import { updateDesiredState } from './activation.ts';
import { createReplica, verifyReplica } from './replica.ts';
import type { StepDefinition } from './step-definition.ts';

/** Name under which RDS keeps what a former active had and nobody else. */
export function snapshotOf(database: string): string {
  return `${database}-kept`;
}

/**
 * Rebuilds protection at the former active. Its old instance goes last, when a snapshot of it is kept and the new
 * replica stands; the fence falls after that, so that no application ever finds the old instance unfenced.
 */
export const reprotectSteps: readonly StepDefinition[] = [
  {
    name: 'snapshot',
    after: [],
    budgetShare: 6,
    skip: (_plan, { databases }) => (databases.retired === null ? 'there is no former database' : null),
    effect: (_plan, { to, databases }) => {
      const database = databases.retired ?? '';
      return { kind: 'snapshot', site: to, database, snapshot: snapshotOf(database) };
    },
  },
  createReplica,
  verifyReplica,
  {
    name: 'entitle',
    after: ['verify-replica'],
    budgetShare: 0.1,
    effect: (_plan, { from, activationTerm }) => ({ kind: 'entitle', site: from, activationTerm }),
  },
  { name: 'move-journal', after: ['entitle'], budgetShare: 0.1 },
  {
    name: 'repoint-switch',
    after: ['move-journal'],
    budgetShare: 1,
    skip: (plan) => (plan.dns === undefined ? 'the plan names no DNS record' : null),
    effect: (_plan, { from, activationTerm }) => ({ kind: 'repoint-switch', active: from, activationTerm }),
  },
  {
    name: 'retire-database',
    after: ['snapshot', 'repoint-switch'],
    budgetShare: 6,
    skip: (_plan, { databases }) => (databases.retired === null ? 'there is no former database' : null),
    effect: (_plan, { to, databases }) => {
      const database = databases.retired ?? '';
      return { kind: 'retire-database', site: to, database, snapshot: snapshotOf(database) };
    },
  },
  {
    name: 'lift-fence',
    after: ['retire-database'],
    budgetShare: 0.1,
    skip: (plan, { to }) => (plan.sites[to].fencing === undefined ? 'the plan names no network ACL' : null),
    effect: (_plan, { to }) => ({ kind: 'lift-fence', site: to }),
  },
  {
    ...updateDesiredState,
    after: ['lift-fence'],
    effect: (_plan, { from, activationTerm }) => ({ kind: 'update-desired-state', site: from, activationTerm }),
  },
  {
    name: 'notify',
    after: ['lift-fence'],
    budgetShare: 0.05,
    attempts: 5,
    effect: (_plan, { id, from, to, databases }) => ({
      kind: 'notify',
      subject: `${id}: ${from} is protected by ${to}`,
      message: `${databases.to} in ${to} replicates ${databases.from} in ${from}, and ${to} can take over.`,
    }),
  },
];
