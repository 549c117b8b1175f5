import type { Assessment, Reason } from './assess.ts';
import type { Now } from './clock.ts';
import { decide, type Start } from './decide.ts';
import { effectWords } from './effect-words.ts';
import type { Journal, OperationRequest } from './journal.ts';
import type { Action, StepName } from './operation.ts';
import { type Plan, planNow } from './plan.ts';
import { startOperation } from './start-operation.ts';
import type { StepDefinition } from './steps/step-definition.ts';
import { definitionOf } from './steps/steps-of.ts';

export interface DryRunStep {
  readonly name: StepName;
  readonly does: string;
  /** `anyone`: the controller or the Lambda, whoever drives. `controller`: only what runs on Kubernetes. */
  readonly by: 'anyone' | 'controller';
  /** Milliseconds that it should stay within. */
  readonly budgetMs: number;
  readonly after: readonly StepName[];
  /** Why it does not apply to this plan; `null`: it does. */
  readonly skipped: string | null;
}

/** What a request would do, and what stands in its way now. */
export interface DryRun {
  /** The operation that it would begin: a failback may have to begin with a reprotect. */
  readonly action: Action;
  /** Empty: it would start at once. */
  readonly holds: readonly Reason[];
  /** All steps in order. Of an operation that cannot start too, as far as they can be told. */
  readonly steps: readonly DryRunStep[];
}

/** Says what would be done, by whom and within which budget, and does nothing. */
export function dryRun(
  filed: Plan,
  assessment: Assessment,
  journal: Journal,
  request: OperationRequest,
  now: Now,
): DryRun {
  const plan = planNow(filed, journal);
  const decision = decide(plan, assessment, journal, now, request);
  const { site } = assessment.active;
  const start: Start =
    decision.kind === 'Start'
      ? decision
      : {
          ...request,
          kind: 'Start',
          from: site,
          to: assessment.standby.site,
          automatic: false,
          followedBy: null,
        };
  const { operation } = startOperation(plan, journal, start, assessment, 'nobody', now);
  if (operation === null) throw new Error('an operation that was begun is there');
  return {
    action: start.action,
    holds: holdsOf(decision, journal),
    steps: operation.steps.map(({ name, budgetMs }) => {
      const definition = definitionOf(start.action, name);
      const effect = definition.effect?.(plan, operation);
      return {
        name,
        does: effect === undefined ? engineWords(name) : effectWords(plan, effect),
        by: doer(definition),
        budgetMs,
        after: definition.after,
        skipped: definition.skip?.(plan, operation) ?? null,
      };
    }),
  };
}

function holdsOf(decision: ReturnType<typeof decide>, { operation }: Journal): readonly Reason[] {
  if (decision.kind === 'Hold' || decision.kind === 'Decline') return decision.reasons;
  if (operation === null) return [];
  return [
    {
      code: 'OperationRunning',
      message: `${operation.id} (${operation.action}) is running`,
      clears: 'its end, or `understudy abort` before its point of no return',
    },
  ];
}

function doer(definition: StepDefinition): DryRunStep['by'] {
  return definition.onKubernetes ? 'controller' : 'anyone';
}

/** Of the steps that need nothing from the world. */
function engineWords(name: StepName): string {
  switch (name) {
    case 'consent':
      return 'compares the expected loss with the budget; above it, a person is asked';
    case 'intent':
      return 'writes down the irreversible call that follows: the point of no return';
    case 'move-journal':
      return 'moves the journal to the table of the new standby';
    default:
      throw new Error(`step ${name} has an effect`);
  }
}
