import { whyAbort, whyWait } from './abort.ts';
import type { Assessment } from './assess.ts';
import type { Now } from './clock.ts';
import { consentTransition } from './consent.ts';
import type { Effect } from './effect.ts';
import type { Journal } from './journal.ts';
import { isSettled, type Operation, type Step, type StepName, stepOf, withStep } from './operation.ts';
import { beganToFence, beganToPause, mayBegin } from './operation-state.ts';
import type { Plan } from './plan.ts';
import { pendingStep } from './start-operation.ts';
import { afterSettled } from './step-results.ts';
import type { StepDefinition } from './steps/step-definition.ts';
import { definitionOf } from './steps/steps-of.ts';
import { undoSteps } from './steps/undo.ts';

/** A step whose effect is due. */
export interface DueStep {
  readonly step: StepName;
  readonly definition: StepDefinition;
  readonly budgetMs: number;
  readonly effect: Effect;
}

export type Advance =
  /** Record this before anything else happens. */
  | { readonly kind: 'Write'; readonly journal: Journal; readonly message: string }
  /** Everything that may be under way now, in parallel; empty while a person is awaited. */
  | { readonly kind: 'Perform'; readonly due: readonly DueStep[] }
  | { readonly kind: 'Complete'; readonly outcome: 'Succeeded' | 'Aborted' };

/**
 * What the running operation needs next. Called again after every write and every outcome; the same journal and
 * assessment always give the same answer, whichever actor asks.
 *
 * @param plan with the identifiers that are in use.
 */
export function advance(plan: Plan, journal: Journal, assessment: Assessment, now: Now): Advance {
  const { operation } = journal;
  if (operation === null) throw new Error('there is no operation to advance');
  if (operation.phase === 'Aborting') return advanceAbort(plan, operation);

  const abortReason = whyAbort(plan, operation, assessment);
  if (abortReason !== null) {
    const aborting = beginAbort(plan, operation, abortReason);
    return { kind: 'Write', journal: { ...journal, operation: aborting }, message: `aborting: ${abortReason}` };
  }
  const doubt = whyWait(operation, assessment);
  const transition = internalTransition(plan, journal, operation, assessment, doubt, now);
  if (transition !== null) return { kind: 'Write', ...transition };
  if (operation.steps.every(isSettled)) return { kind: 'Complete', outcome: 'Succeeded' };
  return { kind: 'Perform', due: doubt === null ? dueSteps(plan, operation) : [] };
}

function beginAbort(plan: Plan, operation: Operation, reason: string): Operation {
  // By what may have been done, not by what was recorded: an actor may have died, or still wait, after a call.
  const due = { unfence: beganToFence(operation), 'resume-reconciliation': beganToPause(operation) };
  const undo = undoSteps.filter(({ name }) => due[name as keyof typeof due]);
  const skipped = operation.steps
    .filter((step) => !isSettled(step))
    .reduce((latest, step) => withStep(latest, { ...step, phase: 'Skipped', message: 'aborted' }), operation);
  return {
    ...skipped,
    phase: 'Aborting',
    abort: { requested: operation.abort.requested, reason },
    steps: [...skipped.steps, ...undo.map((definition) => pendingStep(plan, definition))],
  };
}

function advanceAbort(plan: Plan, operation: Operation): Advance {
  if (operation.steps.every(isSettled)) return { kind: 'Complete', outcome: 'Aborted' };
  return { kind: 'Perform', due: dueSteps(plan, operation) };
}

/** Steps that the engine settles by itself: the consent gate, the intent, the journal's move, and what does not apply. */
function internalTransition(
  plan: Plan,
  journal: Journal,
  operation: Operation,
  { loss }: Assessment,
  doubt: string | null,
  now: Now,
): { journal: Journal; message: string } | null {
  for (const step of operation.steps) {
    if (isSettled(step) || !mayBegin(operation, step.name)) continue;
    const skip = definitionOf(operation.action, step.name).skip?.(plan, operation) ?? null;
    if (skip !== null) return settle(journal, operation, step, 'Skipped', skip, now);
    if (step.name === 'consent') {
      const gate = consentTransition(plan, operation, step, loss, now);
      return gate === null ? null : { journal: { ...journal, operation: gate.operation }, message: gate.message };
    }
    if (doubt !== null) return doubtTransition(journal, operation, doubt, now);
    if (step.name === 'intent') return intentTransition(journal, operation, step, now);
    if (step.name === 'move-journal') {
      // The store sees that the document's home is another table, closes it here and opens it there.
      const message = `the journal lives in the table of ${operation.to} from now on`;
      return settle({ ...journal, home: operation.to }, operation, step, 'Done', message, now);
    }
  }
  return null;
}

/** The point of no return, with the epoch and lease term that it was decided under. */
function intentTransition(journal: Journal, operation: Operation, step: Step, now: Now) {
  const database = operation.databases.to;
  const intent = {
    call: 'PromoteReadReplica' as const,
    database,
    epoch: operation.epoch,
    leaseTerm: journal.lease.term,
    atMs: now.wallMs,
  };
  const message = `PromoteReadReplica ${database}, term ${operation.activationTerm}`;
  return settle(journal, { ...operation, intent }, step, 'Done', message, now);
}

/** Why it waits stands at the intent, whose budget then runs: people hear of it as of any step that takes too long. */
function doubtTransition(journal: Journal, operation: Operation, doubt: string, now: Now) {
  const intent = stepOf(operation, 'intent');
  if (intent.message === doubt) return null;
  const begun: Step = { ...intent, phase: 'Running', startedAtMs: intent.startedAtMs ?? now.wallMs, message: doubt };
  return { journal: { ...journal, operation: withStep(operation, begun) }, message: `waiting: ${doubt}` };
}

function settle(
  journal: Journal,
  operation: Operation,
  step: Step,
  phase: 'Done' | 'Skipped',
  message: string,
  now: Now,
): { journal: Journal; message: string } {
  const startedAtMs = step.startedAtMs ?? now.wallMs;
  const settled: Step = { ...step, phase, message, startedAtMs, completedAtMs: now.wallMs };
  const changed = { ...journal, operation: withStep(operation, settled) };
  return { journal: afterSettled(changed, settled), message: `${step.name}: ${message}` };
}

function dueSteps(plan: Plan, operation: Operation): DueStep[] {
  const due: DueStep[] = [];
  for (const step of operation.steps) {
    if (isSettled(step) || !mayBegin(operation, step.name)) continue;
    const definition = definitionOf(operation.action, step.name);
    const effect = definition.effect?.(plan, operation);
    if (effect !== undefined) due.push({ step: step.name, definition, budgetMs: step.budgetMs, effect });
  }
  return due;
}
