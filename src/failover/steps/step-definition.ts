import type { Effect } from '../effect.ts';
import type { Operation, StepName } from '../operation.ts';
import type { Plan } from '../plan.ts';

/** One step of an operation: when it may begin, what it does, and how hard it insists. */
export interface StepDefinition {
  readonly name: StepName;
  /** Steps that must be settled, or for `afterCalled` at least accepted by AWS, before this one begins. */
  readonly after: readonly StepName[];
  readonly afterCalled?: readonly StepName[];
  /** Part of the recovery time objective that it should stay within; beyond it an alert goes out. */
  readonly budgetShare: number;
  /** Gives up after so many failed attempts instead of holding the operation up. Absent: tries for ever. */
  readonly attempts?: number;
  /** Every round that does not end it counts as a failed attempt, so that it ends whatever the world says. */
  readonly ends?: true;
  /**
   * Gives up when an actor has tried for so long. `fence`: `timing.fenceMs`, for what is worth a moment before the
   * promotion and not worth holding it up. `budget`: the step's own budget.
   */
  readonly within?: 'fence' | 'budget';
  /** The operation is nothing without it: giving up aborts. Only before the point of no return. */
  readonly required?: true;
  /** Only a controller on Kubernetes has the means; what is left undone is its to make up for, later. */
  readonly onKubernetes?: true;
  /** Never performed again while an earlier call may have happened. */
  readonly irreversible?: true;
  /** Why it does not apply to this plan, or `null` if it does. */
  readonly skip?: (plan: Plan, operation: Operation) => string | null;
  /** Absent: the engine settles it by itself. */
  readonly effect?: (plan: Plan, operation: Operation) => Effect;
}

export function withoutStack(plan: Plan, what: string): string | null {
  return plan.sites.primary.stackRef === undefined && plan.sites.secondary.stackRef === undefined
    ? `the plan names no stack: there is nothing to ${what}`
    : null;
}
