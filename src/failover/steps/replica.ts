import type { StepDefinition } from './step-definition.ts';

/**
 * A new replica of the active's database, which for a hundred gigabytes takes the better part of an hour: the budget is
 * many recovery time objectives long, since nobody waits for it.
 */
export const createReplica: StepDefinition = {
  name: 'create-replica',
  after: [],
  budgetShare: 12,
  effect: (_plan, { from, to, databases }) => ({
    kind: 'create-replica',
    site: to,
    database: databases.to,
    source: { site: from, database: databases.from },
  }),
};

export const verifyReplica: StepDefinition = {
  name: 'verify-replica',
  after: ['create-replica'],
  budgetShare: 12,
  effect: (_plan, { from, to, databases }) => ({
    kind: 'verify-replica',
    site: to,
    database: databases.to,
    source: { site: from, database: databases.from },
  }),
};
