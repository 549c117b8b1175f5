import type { Now } from './clock.ts';
import type { Outcome } from './effect.ts';
import type { Journal } from './journal.ts';
import { type Call, isSettled, type Operation, type Step, type StepName, stepOf, withStep } from './operation.ts';
import { afterSettled } from './step-results.ts';
import type { StepDefinition } from './steps/step-definition.ts';
import { definitionOf } from './steps/steps-of.ts';

/**
 * The journal after one round of look-before-act on a step. Recording the same outcome again changes nothing that was
 * settled, so a write repeated after a lost answer is harmless.
 */
export function recordOutcome(journal: Journal, name: StepName, outcome: Outcome, now: Now): Journal {
  const { operation } = journal;
  if (operation === null) return journal;
  const step = stepOf(operation, name);
  if (isSettled(step)) return journal;
  const definition = definitionOf(operation.action, name);
  const changed = afterOutcome(definition, step, outcome, now);
  if (changed.phase === step.phase && changed.message === step.message && changed.attempts === step.attempts) {
    return journal;
  }
  const phase = phaseAfter(operation, definition, changed, outcome);
  return afterSettled({ ...journal, operation: withStep({ ...operation, phase }, changed) }, changed);
}

function afterOutcome(definition: StepDefinition, step: Step, outcome: Outcome, now: Now): Step {
  const begun = { ...step, startedAtMs: step.startedAtMs ?? now.wallMs, message: outcome.message };
  const stillCalled = step.phase === 'Called' ? 'Called' : 'Running';
  switch (outcome.kind) {
    case 'Done':
      return {
        ...begun,
        phase: 'Done',
        completedAtMs: now.wallMs,
        calls: step.calls.map((call) => (isOpen(call) ? { ...call, result: 'accepted' } : call)),
      };
    case 'Called':
      return {
        ...begun,
        phase: 'Called',
        calls: step.calls.map((call) => (isOpen(call) ? { ...call, result: 'accepted' } : call)),
      };
    case 'Waiting':
      return { ...begun, phase: stillCalled };
    case 'NotMine':
      return definition.attempts === undefined
        ? { ...begun, phase: 'Running' }
        : { ...begun, phase: 'Left', completedAtMs: now.wallMs };
    case 'Failed': {
      const attempts = step.attempts + 1;
      const limit = definition.attempts ?? Number.POSITIVE_INFINITY;
      return outcome.final || attempts >= limit
        ? { ...begun, attempts, phase: 'GaveUp', completedAtMs: now.wallMs }
        : { ...begun, attempts, phase: stillCalled };
    }
  }
}

/** So often in a row AWS may say no before a person is asked. */
const refusalsBeforeHelp = 3;

/** A step that insists and is refused needs a person; anything else that comes of it shows that somebody has helped. */
function phaseAfter(
  operation: Operation,
  definition: StepDefinition,
  step: Step,
  outcome: Outcome,
): Operation['phase'] {
  const { phase } = operation;
  const insists = definition.attempts === undefined && definition.within === undefined;
  if (phase === 'Aborting' || !insists) return phase;
  if (outcome.kind === 'Failed' && outcome.refused) {
    return step.attempts >= refusalsBeforeHelp ? 'WaitingForHuman' : phase;
  }
  return phase === 'WaitingForHuman' ? 'Running' : phase;
}

/** It may have happened, and nothing has shown yet whether it did. */
export function isOpen(call: Call): boolean {
  return call.result === 'pending' || call.result === 'unknown';
}

/** Writes down an irreversible call before it leaves, or what became of it; by id, so twice is once. */
export function recordCall(journal: Journal, name: StepName, call: Call): Journal {
  const { operation } = journal;
  if (operation === null) return journal;
  const step = stepOf(operation, name);
  const known = step.calls.some((other) => other.id === call.id);
  const calls = known ? step.calls.map((other) => (other.id === call.id ? call : other)) : [...step.calls, call];
  return { ...journal, operation: withStep(operation, { ...step, calls }) };
}

/** Notes that somebody accepted an alert, so that no other actor sends it again. */
export function recordAlert(journal: Journal, key: string): Journal {
  const { operation } = journal;
  if (operation === null || operation.alerted.includes(key)) return journal;
  return { ...journal, operation: { ...operation, alerted: [...operation.alerted, key] } };
}
