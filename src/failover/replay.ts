import { advance } from './advance.ts';
import { type Assessment, verdictOf } from './assess.ts';
import type { Outcome } from './effect.ts';
import { firstJournal, type Journal } from './journal.ts';
import type { HistoryRecord } from './journal-export.ts';
import { acquireLease } from './lease.ts';
import { isSettled, type Operation, type Step, type StepName, stepOf } from './operation.ts';
import { mayBegin } from './operation-state.ts';
import { grantConsent, requestAbort } from './person.ts';
import type { Plan } from './plan.ts';
import { recordOutcome } from './record.ts';
import { pendingStep } from './start-operation.ts';
import { definitionOf, stepsOf } from './steps/steps-of.ts';

/** A place at which today's engine would have done otherwise than the record says. */
export interface Difference {
  readonly where: 'decision' | 'outcome' | StepName;
  readonly recorded: string;
  readonly today: string;
}

/**
 * Runs a finished operation through today's engine: the evidence of its decision is judged again, and each recorded
 * outcome is fed in the order in which it came. What the world answered is taken from the record; what the engine makes
 * of it is not.
 *
 * Steps come in the order in which they were settled, not by their times, which are of several actors' clocks: a step
 * counts as too early only if it was not yet due when it was settled.
 */
export function replayOperation(plan: Plan, record: HistoryRecord): Difference[] {
  const assessment = recordedAssessment(plan, record);
  const differences = decisionDifferences(plan, record, assessment);
  const seen = certain(record, assessment);
  let journal = begin(plan, record);
  for (const step of settledInOrder(record)) {
    if (isAbortPoint(record, step) && operationOf(journal).phase !== 'Aborting') {
      journal = requestAbort(journal, record.abort.reason);
    }
    if (step.name === 'consent' && record.consent.acceptUpToSeconds !== null) {
      journal = grantConsent(journal, record.consent.acceptUpToSeconds);
    }
    journal = callFirst(record, written(plan, journal, seen, mayIntend(record, step)), step);
    if (step.message === 'aborted') continue;
    const difference = stepDifference(plan, journal, seen, step);
    if (difference !== null) differences.push(difference);
    journal = feed(journal, step);
  }
  const end = written(plan, journal, seen, record.intent !== null);
  return [...differences, ...missingSteps(record), ...outcomeDifference(plan, record, end, seen)];
}

/** As the actors saw it then: the evidence is in the record, the standby was found ready, and the loss was written down. */
function recordedAssessment(plan: Plan, { from, to, decision }: HistoryRecord): Assessment {
  const { observedLossSeconds, worstCaseSeconds } = decision;
  return {
    active: verdictOf(plan, from, decision.evidence),
    standby: { site: to, ready: true, reasons: [] },
    loss: { observedLossSeconds, worstCaseSeconds },
  };
}

function decisionDifferences(plan: Plan, record: HistoryRecord, { active }: Assessment): Difference[] {
  if (record.action !== 'Failover' || !record.automatic || active.verdict === 'Down') return [];
  const reasons = active.reasons.map(({ message }) => message).join('; ');
  return [
    {
      where: 'decision',
      recorded: `${record.id} began: ${record.reason}`,
      today: `holds, ${record.from} is ${active.verdict}${reasons === '' ? '' : `: ${reasons}`} (${plan.vantages.length} vantages)`,
    },
  ];
}

/** The operation as it was on its first line, with today's steps. */
function begin(plan: Plan, record: HistoryRecord): Journal {
  const { outcome: _outcome, completedAtMs: _completed, ...operation } = record;
  const fresh: Operation = {
    ...operation,
    phase: 'Running',
    intent: null,
    abort: { requested: false, reason: '' },
    consent: { acceptUpToSeconds: null },
    steps: stepsOf(record.action).map((definition) => pendingStep(plan, definition)),
    alerted: [],
  };
  const journal = acquireLease(firstJournal(plan.name, plan.mode, plan.suspended), record.actors[0]?.actor ?? 'replay');
  return { ...journal, epoch: record.epoch, operation: fresh };
}

function settledInOrder({ steps }: HistoryRecord): Step[] {
  return steps.filter(isSettled).sort((one, other) => (one.order ?? 0) - (other.order ?? 0));
}

/** The engine of then may have waited with its intent for all kinds of reasons, of which the record has but the last. */
function mayIntend(record: HistoryRecord, step: Step): boolean {
  if (record.intent === null) return false;
  return (step.order ?? 0) >= (stepOf(record, 'intent').order ?? 0);
}

/**
 * An operation that began on evidence goes on by an active that is down, every other by one that is up. Where today's
 * verdict on the evidence is another, that is told once, as a difference of the decision.
 */
function certain({ action, automatic }: HistoryRecord, assessment: Assessment): Assessment {
  const verdict = action === 'Failover' && automatic ? 'Down' : 'Up';
  return { ...assessment, active: { ...assessment.active, verdict } };
}

/** From here on the record speaks of an abort: a step that it skipped, or one that undoes. */
function isAbortPoint(record: HistoryRecord, { name, message }: Step): boolean {
  if (record.outcome !== 'Aborted') return false;
  return message === 'aborted' || !stepsOf(record.action).some((definition) => definition.name === name);
}

function written(plan: Plan, journal: Journal, seen: Assessment, intends: boolean): Journal {
  const next = advance(plan, journal, seen, replayTime);
  if (next.kind !== 'Write') return journal;
  const isIntent = operationOf(next.journal).intent !== null && operationOf(journal).intent === null;
  return isIntent && !intends ? journal : written(plan, next.journal, seen, intends);
}

function stepDifference(plan: Plan, journal: Journal, seen: Assessment, step: Step): Difference | null {
  const operation = operationOf(journal);
  const today = operation.steps.find(({ name }) => name === step.name);
  const recorded = `${step.phase}: ${step.message}`;
  if (today === undefined) return { where: step.name, recorded, today: 'there is no such step' };
  if (isSettled(today)) {
    const isSame = today.phase === step.phase;
    return isSame ? null : { where: step.name, recorded, today: `${today.phase}: ${today.message}` };
  }
  const next = advance(plan, journal, seen, replayTime);
  const isDue = next.kind === 'Perform' && next.due.some((due) => due.step === step.name);
  if (isDue) return null;
  if (step.name === 'consent') return { where: 'consent', recorded, today: `waits: ${today.message}` };
  const { after } = definitionOf(operation.action, step.name);
  const open = after.filter((name) => !isSettled(stepOf(operation, name)));
  return { where: step.name, recorded, today: `not before ${open.join(', ') || 'the operation is at that point'}` };
}

/**
 * A step that only waits for another to be called found it so, if that other was called at all and could be by then: the
 * moment of the call may be by another actor's clock than the step's own.
 */
function callFirst(record: HistoryRecord, journal: Journal, step: Step): Journal {
  const isKnown = operationOf(journal).steps.some(({ name }) => name === step.name);
  const { afterCalled = [] } = isKnown ? definitionOf(record.action, step.name) : {};
  return afterCalled.reduce((latest, name) => {
    const calls = record.steps.find((other) => other.name === name)?.calls ?? [];
    const wasCalled = calls.length > 0 && mayBegin(operationOf(latest), name);
    return wasCalled ? recordOutcome(latest, name, { kind: 'Called', message: '' }, replayTime) : latest;
  }, journal);
}

/** What the world answered, by the phase that it left the step in. */
function feed(journal: Journal, { name, phase, message }: Step): Journal {
  const outcomes: Readonly<Partial<Record<Step['phase'], Outcome>>> = {
    Done: { kind: 'Done', message },
    GaveUp: { kind: 'Failed', message, final: true },
    Left: { kind: 'NotMine', message },
  };
  const outcome = outcomes[phase];
  const isKnown = operationOf(journal).steps.some((step) => step.name === name);
  return outcome === undefined || !isKnown ? journal : recordOutcome(journal, name, outcome, replayTime);
}

function missingSteps({ action, steps }: HistoryRecord): Difference[] {
  return stepsOf(action)
    .filter(({ name }) => !steps.some((step) => step.name === name))
    .map(({ name }) => ({ where: name, recorded: 'no such step', today: 'does it as well' }));
}

function outcomeDifference(plan: Plan, record: HistoryRecord, journal: Journal, seen: Assessment): Difference[] {
  const next = advance(plan, journal, seen, replayTime);
  const today = next.kind === 'Complete' ? next.outcome : 'still running';
  return today === record.outcome ? [] : [{ where: 'outcome', recorded: record.outcome, today }];
}

function operationOf({ operation }: Journal): Operation {
  if (operation === null) throw new Error('the operation that is replayed is gone');
  return operation;
}

/** Nothing that the engine decides depends on when, once the evidence is in. */
const replayTime = { wallMs: 0, monotonicMs: 0 };
