import { promote, verifyWritable } from './activation.ts';
import { createReplica, verifyReplica } from './replica.ts';
import type { StepDefinition } from './step-definition.ts';

/**
 * A rehearsal on a copy that nobody else uses: made in the standby region, promoted, written to and deleted. Production
 * and the switch are not touched, and it gives way as soon as the active is down.
 */
export const drillSteps: readonly StepDefinition[] = [
  createReplica,
  verifyReplica,
  { name: 'intent', after: ['verify-replica'], budgetShare: 0.01 },
  promote,
  verifyWritable,
  {
    name: 'retire-database',
    after: ['promote', 'verify-writable'],
    budgetShare: 1,
    attempts: 10,
    effect: (_plan, { to, databases }) => ({
      kind: 'retire-database',
      site: to,
      database: databases.to,
      snapshot: null,
    }),
  },
  {
    name: 'notify',
    after: ['retire-database'],
    budgetShare: 0.05,
    attempts: 5,
    effect: (_plan, { id, to, databases }) => ({
      kind: 'notify',
      subject: `${id}: the drill in ${to} has ended`,
      message: `${databases.to} was made, promoted and written to. Its times are in the history of the plan.`,
    }),
  },
];
