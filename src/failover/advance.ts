import type { Assessment } from './assess.ts';
import type { Now } from './clock.ts';
import type { Effect } from './effect.ts';
import { definitionOf, unfenceStep } from './failover-steps.ts';
import type { Journal } from './journal.ts';
import { lossToAccept } from './loss-to-accept.ts';
import { isSettled, type Operation, type Step, type StepName, stepOf } from './operation.ts';
import type { Plan } from './plan.ts';
import { pendingStep } from './start-operation.ts';

/** A step whose effect is due. */
export interface DueStep {
  readonly step: StepName;
  readonly effect: Effect;
}

export type Advance =
  /** Record this before anything else happens. */
  | { readonly kind: 'Write'; readonly operation: Operation; readonly message: string }
  /** Everything that may be under way now, in parallel; empty while a person is awaited. */
  | { readonly kind: 'Perform'; readonly due: readonly DueStep[] }
  | { readonly kind: 'Complete'; readonly outcome: 'Succeeded' | 'Aborted' };

/**
 * What the running operation needs next. Called again after every write and every outcome; the same journal and
 * assessment always give the same answer, whichever actor asks.
 */
export function advance(plan: Plan, journal: Journal, assessment: Assessment, now: Now): Advance {
  const { operation } = journal;
  if (operation === null) throw new Error('there is no operation to advance');
  if (operation.phase === 'Aborting') return advanceAbort(plan, operation);

  const abortReason = whyAbort(plan, operation, assessment);
  if (abortReason !== null) {
    return { kind: 'Write', operation: beginAbort(plan, operation, abortReason), message: `aborting: ${abortReason}` };
  }
  const doubt = whyWait(operation, assessment);
  const transition = internalTransition(plan, journal, operation, doubt, now);
  if (transition !== null) return { kind: 'Write', ...transition };
  if (operation.steps.every(isSettled)) return { kind: 'Complete', outcome: 'Succeeded' };
  return { kind: 'Perform', due: doubt === null ? dueSteps(plan, operation) : [] };
}

/**
 * An operation that began on evidence goes on by evidence: until its point of no return it takes nothing from a site
 * that is not seen down now, whatever was seen when it began.
 */
function whyWait(operation: Operation, assessment: Assessment): string | null {
  if (!operation.automatic || operation.intent !== null) return null;
  const { site, verdict } = assessment.active;
  if (site === operation.from && verdict === 'Down') return null;
  const seen = verdict === 'Unknown' ? 'cannot be judged now' : `is ${verdict} by what is seen now`;
  return `${operation.from} ${seen}: it goes on when ${operation.from} is Down again, or ends when a person aborts it`;
}

/** Before the intent only. After it the operation goes forward, whatever is seen or asked. */
function whyAbort(plan: Plan, operation: Operation, assessment: Assessment): string | null {
  if (operation.intent !== null) return null;
  if (operation.abort.requested) return operation.abort.reason;
  const recovered = assessment.active.site === operation.from && assessment.active.verdict === 'Up';
  return operation.automatic && plan.abortIfRecovered && recovered ? `${operation.from} has recovered` : null;
}

function beginAbort(plan: Plan, operation: Operation, reason: string): Operation {
  // By what may have been done, not by what was recorded: an actor may have died, or still wait, after a call.
  const maybeFenced = (['close-traffic', 'fence-database'] as const).some((name) => mayBegin(operation, name));
  return {
    ...operation,
    phase: 'Aborting',
    abort: { requested: operation.abort.requested, reason },
    steps: [
      ...operation.steps.map((step) =>
        isSettled(step) ? step : { ...step, phase: 'Skipped' as const, message: 'aborted' },
      ),
      ...(maybeFenced ? [pendingStep(plan, unfenceStep)] : []),
    ],
  };
}

function advanceAbort(plan: Plan, operation: Operation): Advance {
  if (operation.steps.every(isSettled)) return { kind: 'Complete', outcome: 'Aborted' };
  return { kind: 'Perform', due: dueSteps(plan, operation) };
}

/** Steps that the engine settles by itself: the consent gate, the intent, and those that do not apply. */
function internalTransition(
  plan: Plan,
  journal: Journal,
  operation: Operation,
  doubt: string | null,
  now: Now,
): { operation: Operation; message: string } | null {
  for (const step of operation.steps) {
    if (isSettled(step) || !mayBegin(operation, step.name)) continue;
    const skip = definitionOf(step.name).skip?.(plan, operation) ?? null;
    if (skip !== null) {
      return { operation: withStep(operation, settled(step, 'Skipped', skip, now)), message: `${step.name}: ${skip}` };
    }
    if (step.name === 'consent') return consentTransition(plan, operation, step, now);
    if (doubt !== null) return doubtTransition(operation, doubt, now);
    if (step.name === 'intent') return intentTransition(plan, journal, operation, step, now);
  }
  return null;
}

/**
 * The consent gate: the loss that was measured must be within the budget, or a person must have accepted that number.
 * A loss that nobody measured is not a small loss: it needs a word too, and one that nobody can even bound needs `any`.
 */
function consentTransition(
  plan: Plan,
  operation: Operation,
  step: Step,
  now: Now,
): { operation: Operation; message: string } | null {
  const loss = lossToAccept(operation);
  const accepted = operation.consent.acceptUpToSeconds;
  if (loss.measured && loss.seconds <= plan.maxDataLossSeconds) {
    return passConsent(operation, step, `${loss.words} is within ${plan.maxDataLossSeconds} s`, now);
  }
  if (accepted === 'any' || (accepted !== null && loss.seconds <= accepted)) {
    const upTo = accepted === 'any' ? 'any loss' : `up to ${accepted} s`;
    return passConsent(operation, step, `a person accepts ${upTo}; ${loss.words}`, now);
  }
  const message = loss.measured ? `${loss.words} exceeds ${plan.maxDataLossSeconds} s` : loss.words;
  if (operation.phase === 'WaitingForConsent' && step.message === message) return null;
  return {
    operation: withStep({ ...operation, phase: 'WaitingForConsent' }, begun({ ...step, message }, now)),
    message: `${message}: waiting for consent to ${loss.toAccept}`,
  };
}

function passConsent(operation: Operation, step: Step, message: string, now: Now) {
  return { operation: withStep({ ...operation, phase: 'Running' }, settled(step, 'Done', message, now)), message };
}

/** The point of no return, with the epoch and lease term that it was decided under. */
function intentTransition(plan: Plan, journal: Journal, operation: Operation, step: Step, now: Now) {
  const database = plan.sites[operation.to].database.identifier;
  const message = `PromoteReadReplica ${database}, term ${operation.activationTerm}`;
  return {
    operation: withStep(
      {
        ...operation,
        intent: {
          call: 'PromoteReadReplica' as const,
          database,
          epoch: operation.epoch,
          leaseTerm: journal.lease.term,
          atMs: now.wallMs,
        },
      },
      settled(step, 'Done', message, now),
    ),
    message,
  };
}

/** Why it waits stands at the intent, whose budget then runs: people hear of it as of any step that takes too long. */
function doubtTransition(operation: Operation, doubt: string, now: Now) {
  const intent = stepOf(operation, 'intent');
  if (intent.message === doubt) return null;
  return { operation: withStep(operation, begun({ ...intent, message: doubt }, now)), message: `waiting: ${doubt}` };
}

function dueSteps(plan: Plan, operation: Operation): DueStep[] {
  return operation.steps.flatMap((step) => {
    if (isSettled(step) || !mayBegin(operation, step.name)) return [];
    const effect = definitionOf(step.name).effect?.(plan, operation);
    return effect === undefined ? [] : [{ step: step.name, effect }];
  });
}

function mayBegin(operation: Operation, name: StepName): boolean {
  const { after, afterCalled = [] } = definitionOf(name);
  return (
    after.every((other) => isSettled(stepOf(operation, other))) &&
    afterCalled.every((other) => {
      const step = stepOf(operation, other);
      return step.phase === 'Called' || isSettled(step);
    })
  );
}

export function withStep(operation: Operation, changed: Step): Operation {
  return { ...operation, steps: operation.steps.map((step) => (step.name === changed.name ? changed : step)) };
}

function begun(step: Step, now: Now): Step {
  return { ...step, phase: 'Running', startedAtMs: step.startedAtMs ?? now.wallMs };
}

function settled(step: Step, phase: 'Done' | 'Skipped', message: string, now: Now): Step {
  return { ...step, phase, message, startedAtMs: step.startedAtMs ?? now.wallMs, completedAtMs: now.wallMs };
}
