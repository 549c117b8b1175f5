import type { Effect } from './effect.ts';
import type { Operation, StepName } from './operation.ts';
import type { Plan } from './plan.ts';

/** One step of an operation: when it may begin, what it does, and how hard it insists. */
export interface StepDefinition {
  readonly name: StepName;
  /** Steps that must be settled, or for `called` at least accepted by AWS, before this one begins. */
  readonly after: readonly StepName[];
  readonly afterCalled?: readonly StepName[];
  /** Part of the recovery time objective that it should stay within; beyond it an alert goes out. */
  readonly budgetShare: number;
  /** Gives up after so many failed attempts instead of holding the operation up. Absent: tries for ever. */
  readonly attempts?: number;
  /** Every round that does not end it counts as a failed attempt, so that it ends whatever the world says. */
  readonly ends?: true;
  /** Gives up after `timing.fenceMs` as well: worth a moment before the promotion, not worth holding it up. */
  readonly brief?: true;
  /** Only a controller on Kubernetes has the means; what is left undone is its to make up for, later. */
  readonly onKubernetes?: true;
  /** Never performed again while an earlier call may have happened. */
  readonly irreversible?: true;
  /** Why it does not apply to this plan, or `null` if it does. */
  readonly skip?: (plan: Plan, operation: Operation) => string | null;
  /** Absent: the engine settles it by itself. */
  readonly effect?: (plan: Plan, operation: Operation) => Effect;
}

/**
 * A failover, in dependency order. Fencing comes before the promotion but has one brief attempt each: a region that
 * is gone must not hold up the one that lives. Traffic opens on proof of writability, not on RDS's status, which lags
 * behind the database itself.
 */
export const failoverSteps: readonly StepDefinition[] = [
  { name: 'consent', after: [], budgetShare: 0.05 },
  {
    name: 'close-traffic',
    after: ['consent'],
    budgetShare: 0.02,
    attempts: 1,
    brief: true,
    effect: (_plan, operation) => ({
      kind: 'close-traffic',
      site: operation.from,
      activationTerm: operation.activationTerm - 1,
    }),
  },
  {
    name: 'fence-database',
    after: ['consent'],
    budgetShare: 0.02,
    attempts: 1,
    brief: true,
    skip: (plan, operation) =>
      plan.sites[operation.from].fencing === undefined ? 'the plan names no network ACL' : null,
    effect: (_plan, operation) => ({ kind: 'fence-database', site: operation.from }),
  },
  {
    name: 'pause-reconciliation',
    after: ['consent'],
    budgetShare: 0.02,
    attempts: 1,
    brief: true,
    onKubernetes: true,
    skip: (plan) => noStack(plan, 'pause'),
    effect: (_plan, operation) => ({ kind: 'pause-reconciliation', site: operation.to }),
  },
  { name: 'intent', after: ['close-traffic', 'fence-database', 'pause-reconciliation'], budgetShare: 0.01 },
  {
    name: 'promote',
    after: ['intent'],
    budgetShare: 0.5,
    irreversible: true,
    effect: (plan, operation) => ({
      kind: 'promote',
      site: operation.to,
      database: plan.sites[operation.to].database.identifier,
    }),
  },
  {
    name: 'scale',
    after: ['intent'],
    budgetShare: 0.3,
    skip: (plan, operation) =>
      plan.sites[operation.to].autoScalingGroup === undefined ? 'the plan names no Auto Scaling group' : null,
    effect: (plan, operation) => ({
      kind: 'scale',
      site: operation.to,
      desired: plan.sites[operation.to].capacity.active,
    }),
  },
  {
    name: 'verify-writable',
    after: ['intent'],
    afterCalled: ['promote'],
    budgetShare: 0.5,
    effect: (_plan, operation) => ({ kind: 'verify-writable', site: operation.to }),
  },
  {
    name: 'open-traffic',
    after: ['verify-writable', 'scale'],
    budgetShare: 0.02,
    effect: (_plan, operation) => ({
      kind: 'open-traffic',
      site: operation.to,
      activationTerm: operation.activationTerm,
    }),
  },
  {
    name: 'mark-witness',
    after: ['verify-writable', 'scale'],
    budgetShare: 0.02,
    attempts: 20,
    skip: (plan) => (plan.witness === undefined ? 'the plan has no witness' : null),
    effect: (_plan, operation) => ({
      kind: 'mark-witness',
      site: operation.to,
      activationTerm: operation.activationTerm,
    }),
  },
  {
    name: 'verify-traffic',
    after: ['open-traffic'],
    budgetShare: 0.2,
    skip: (plan) => (plan.dns === undefined ? 'the plan names no DNS record' : null),
    effect: (_plan, operation) => ({ kind: 'verify-traffic', site: operation.to }),
  },
  {
    name: 'update-desired-state',
    after: ['promote', 'verify-traffic'],
    budgetShare: 0.1,
    attempts: 20,
    onKubernetes: true,
    skip: (plan) => noStack(plan, 'update'),
    effect: (_plan, operation) => ({
      kind: 'update-desired-state',
      site: operation.to,
      activationTerm: operation.activationTerm,
    }),
  },
  {
    name: 'notify',
    after: ['promote', 'mark-witness', 'verify-traffic'],
    budgetShare: 0.05,
    attempts: 5,
    effect: (_plan, operation) => ({
      kind: 'notify',
      subject: `${operation.id}: ${operation.to} is active`,
      message: `${operation.action} from ${operation.from} to ${operation.to}: ${operation.reason}. ${operation.from} is not proven fenced yet.`,
    }),
  },
];

/**
 * Undoes what an aborted operation fenced; part of no plan of steps, added when the abort begins. A few attempts only:
 * an abort must end even while its region is dark, since nothing else can begin before. What it leaves undone stands in
 * the journal as `pendingUnfence`.
 */
export const unfenceStep: StepDefinition = {
  name: 'unfence',
  after: [],
  budgetShare: 0.1,
  attempts: 3,
  ends: true,
  effect: (_plan, operation) => ({
    kind: 'unfence',
    site: operation.from,
    activationTerm: operation.activationTerm - 1,
  }),
};

export function definitionOf(name: StepName): StepDefinition {
  const definition = [...failoverSteps, unfenceStep].find((candidate) => candidate.name === name);
  if (definition === undefined) throw new Error(`no definition of step ${name}`);
  return definition;
}

function noStack(plan: Plan, what: string): string | null {
  return plan.sites.primary.stackRef === undefined && plan.sites.secondary.stackRef === undefined
    ? `the plan names no stack: there is nothing to ${what}`
    : null;
}
