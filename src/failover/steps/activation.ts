import { type StepDefinition, withoutStack } from './step-definition.ts';

/** Makes the replica of `to` a database of its own: the one irreversible call. */
export const promote: StepDefinition = {
  name: 'promote',
  after: ['intent'],
  budgetShare: 0.5,
  irreversible: true,
  effect: (_plan, { to, databases }) => ({ kind: 'promote', site: to, database: databases.to }),
};

/** Sees a write return, which comes before RDS's own status says anything of it. */
export const verifyWritable: StepDefinition = {
  name: 'verify-writable',
  after: ['intent'],
  afterCalled: ['promote'],
  budgetShare: 0.5,
  effect: (_plan, { to, databases }) => ({ kind: 'verify-writable', site: to, database: databases.to }),
};

export const updateDesiredState = {
  name: 'update-desired-state',
  budgetShare: 0.1,
  attempts: 20,
  onKubernetes: true,
  skip: (plan) => withoutStack(plan, 'update'),
} as const satisfies Partial<StepDefinition>;

/**
 * From the promotion on: the same for all operations that move the writer. Traffic opens on proof of writability, not on
 * RDS's status, which lags behind the database itself.
 */
export const activationSteps: readonly StepDefinition[] = [
  verifyWritable,
  {
    name: 'open-traffic',
    after: ['verify-writable', 'scale'],
    budgetShare: 0.02,
    effect: (_plan, { to, activationTerm }) => ({ kind: 'open-traffic', site: to, activationTerm }),
  },
  {
    name: 'mark-witness',
    after: ['verify-writable', 'scale'],
    budgetShare: 0.02,
    attempts: 20,
    skip: (plan) => (plan.witness === undefined ? 'the plan has no witness' : null),
    effect: (_plan, { to, activationTerm }) => ({ kind: 'mark-witness', site: to, activationTerm }),
  },
  {
    name: 'verify-traffic',
    after: ['open-traffic'],
    budgetShare: 0.2,
    skip: (plan) => (plan.dns === undefined ? 'the plan names no DNS record' : null),
    effect: (_plan, { to }) => ({ kind: 'verify-traffic', site: to }),
  },
  {
    ...updateDesiredState,
    after: ['promote', 'verify-traffic'],
    effect: (_plan, { to, activationTerm }) => ({ kind: 'update-desired-state', site: to, activationTerm }),
  },
  {
    name: 'notify',
    after: ['promote', 'mark-witness', 'verify-traffic'],
    budgetShare: 0.05,
    attempts: 5,
    effect: (_plan, { id, action, from, to, reason }) => ({
      kind: 'notify',
      subject: `${id}: ${to} is active`,
      message: `${action} from ${from} to ${to}: ${reason}. ${from} is not proven fenced yet, and nothing protects ${to} until it is reprotected.`,
    }),
  },
];
