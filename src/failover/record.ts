import { withStep } from './advance.ts';
import type { Now } from './clock.ts';
import type { Outcome } from './effect.ts';
import { definitionOf } from './failover-steps.ts';
import type { Journal } from './journal.ts';
import { releaseLease } from './lease.ts';
import {
  type AcceptedLoss,
  type Call,
  isSettled,
  type Operation,
  type Step,
  type StepName,
  stepOf,
} from './operation.ts';
import type { Plan } from './plan.ts';

/**
 * The journal after one round of look-before-act on a step. Recording the same outcome again changes nothing that was
 * settled, so a write repeated after a lost answer is harmless.
 */
export function recordOutcome(journal: Journal, name: StepName, outcome: Outcome, now: Now): Journal {
  const { operation } = journal;
  if (operation === null) return journal;
  const step = stepOf(operation, name);
  if (isSettled(step)) return journal;
  const changed = afterOutcome(step, outcome, now);
  if (changed.phase === step.phase && changed.message === step.message && changed.attempts === step.attempts) {
    return journal;
  }
  const activation =
    name === 'open-traffic' && changed.phase === 'Done'
      ? { term: operation.activationTerm, active: operation.to }
      : journal.activation;
  return { ...journal, activation, operation: withStep(operation, changed) };
}

function afterOutcome(step: Step, outcome: Outcome, now: Now): Step {
  const begun = { ...step, startedAtMs: step.startedAtMs ?? now.wallMs, message: outcome.message };
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
      return { ...begun, phase: step.phase === 'Called' ? 'Called' : 'Running' };
    case 'NotMine':
      return definitionOf(step.name).attempts === undefined
        ? { ...begun, phase: 'Running' }
        : { ...begun, phase: 'Left', completedAtMs: now.wallMs };
    case 'Failed': {
      const attempts = step.attempts + 1;
      const limit = definitionOf(step.name).attempts;
      return limit !== undefined && attempts >= limit
        ? { ...begun, attempts, phase: 'GaveUp', completedAtMs: now.wallMs }
        : { ...begun, attempts, phase: step.phase === 'Called' ? 'Called' : 'Running' };
    }
  }
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

/**
 * The journal after the operation: free for the next one, not before the cooldown, with the old site's fence pending
 * until it is proven. The operation's own record must stand in the history before this is written.
 */
export function closeOperation(plan: Plan, journal: Journal, outcome: 'Succeeded' | 'Aborted', now: Now): Journal {
  const { operation } = journal;
  if (operation === null) return journal;
  return {
    ...releaseLease(journal),
    operation: null,
    cooldownUntilMs: Math.max(journal.cooldownUntilMs, restUntilMs(plan, operation, outcome, now)),
    last: { id: operation.id, outcome, completedAtMs: now.wallMs },
    pendingFence: outcome === 'Succeeded' ? pendingFenceAfter(operation, now) : journal.pendingFence,
    leftToController: outcome === 'Succeeded' ? leftToController(operation) : journal.leftToController,
    pendingUnfence: outcome === 'Succeeded' ? null : pendingUnfenceAfter(journal, operation, now),
  };
}

/**
 * Until when nothing begins by itself. After an abort because the active recovered, the next outage need not wait for
 * the cooldown; but where clients may have been cut off meanwhile, as long as it takes to see what the undoing came to.
 */
function restUntilMs(plan: Plan, operation: Operation, outcome: 'Succeeded' | 'Aborted', now: Now): number {
  if (outcome === 'Succeeded' || operation.abort.requested) return now.wallMs + plan.cooldownMs;
  return operation.steps.some(({ name }) => name === 'unfence') ? now.wallMs + plan.windowMs : 0;
}

function pendingFenceAfter(operation: Operation, now: Now): Journal['pendingFence'] {
  const failed = (['close-traffic', 'fence-database'] as const)
    .map((name) => stepOf(operation, name))
    .filter((step) => step.phase !== 'Done');
  const reason =
    failed.length === 0
      ? 'the fence is in place but not proven'
      : failed.map((step) => `${step.name}: ${step.message}`).join('; ');
  return { site: operation.from, activationTerm: operation.activationTerm - 1, sinceMs: now.wallMs, reason };
}

/** Of the latest activation only: what an earlier one left undone would now be wrong. */
function leftToController(operation: Operation): StepName[] {
  return operation.steps
    .filter(({ name, phase }) => definitionOf(name).onKubernetes && (phase === 'Left' || phase === 'GaveUp'))
    .map(({ name }) => name);
}

/** An abort that began before any fence leaves an earlier one's duty as it was. */
function pendingUnfenceAfter(journal: Journal, operation: Operation, now: Now): Journal['pendingUnfence'] {
  const step = operation.steps.find(({ name }) => name === 'unfence');
  if (step === undefined) return journal.pendingUnfence;
  const fences = (['close-traffic', 'fence-database'] as const).map((name) => stepOf(operation, name));
  const isCertain = fences.every(({ phase }) => phase === 'Done');
  if (step.phase === 'Done' && isCertain) return null;
  const reason = step.phase === 'Done' ? 'a fence that was asked for may still arrive' : step.message;
  const { from, activationTerm } = operation;
  return { site: from, activationTerm: activationTerm - 1, sinceMs: now.wallMs, reason };
}

/** A person's word that so much may be lost. */
export function grantConsent(journal: Journal, acceptUpToSeconds: AcceptedLoss): Journal {
  const { operation } = journal;
  if (operation === null) return journal;
  return { ...journal, operation: { ...operation, consent: { acceptUpToSeconds } } };
}

/** A person's word to stop. It counts only before the intent, which {@link advance} sees to. */
export function requestAbort(journal: Journal, reason: string): Journal {
  const { operation } = journal;
  if (operation === null) return journal;
  return { ...journal, operation: { ...operation, abort: { requested: true, reason } } };
}
