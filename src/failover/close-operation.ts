import type { Now } from './clock.ts';
import type { Journal } from './journal.ts';
import { releaseLease } from './lease.ts';
import { type Operation, type StepName, stepOf } from './operation.ts';
import { beganToCreate } from './operation-state.ts';
import type { Plan } from './plan.ts';
import { definitionOf, movesTheWriter } from './steps/steps-of.ts';

/**
 * The journal after the operation: free for the next one, not before the cooldown, with the old site's fence pending
 * until it is proven. The operation's own record must stand in the history before this is written.
 */
export function closeOperation(plan: Plan, journal: Journal, outcome: 'Succeeded' | 'Aborted', now: Now): Journal {
  const { operation } = journal;
  if (operation === null) return journal;
  const closed: Journal = {
    ...releaseLease(journal),
    operation: null,
    cooldownUntilMs: Math.max(journal.cooldownUntilMs, restUntilMs(plan, operation, outcome, now)),
    last: { id: operation.id, action: operation.action, outcome, completedAtMs: now.wallMs },
    cleanups: [...journal.cleanups, ...cleanupsAfter(operation, now)],
  };
  if (outcome === 'Aborted') return { ...closed, pendingUnfence: pendingUnfenceAfter(journal, operation, now) };
  const learned: Journal = {
    ...closed,
    requested: operation.followedBy === null ? closed.requested : requestAfter(operation, operation.followedBy),
    rehearsal: rehearsalAfter(operation) ?? closed.rehearsal,
  };
  switch (operation.action) {
    case 'Drill':
      return learned;
    case 'Reprotect':
      return { ...learned, leftToController: leftToController(operation) };
    case 'Failover':
    case 'Switchover':
    case 'Failback':
      return {
        ...learned,
        pendingFence: pendingFenceAfter(operation, now),
        pendingUnfence: null,
        leftToController: leftToController(operation),
      };
  }
}

/**
 * Until when nothing begins by itself. A rest is for what moves the writer; after an abort because the active recovered,
 * the next outage need not wait for longer than a fence may take to be undone.
 */
function restUntilMs(plan: Plan, operation: Operation, outcome: 'Succeeded' | 'Aborted', now: Now): number {
  if (!movesTheWriter(operation.action)) return 0;
  if (outcome === 'Succeeded' || operation.abort.requested) return now.wallMs + plan.cooldownMs;
  return operation.steps.some(({ name }) => name === 'unfence') ? now.wallMs + plan.windowMs : 0;
}

/** A drill's copy that it could not delete, or that may still come into being after it was given up. */
function cleanupsAfter(operation: Operation, now: Now): Journal['cleanups'] {
  const { action, to, databases } = operation;
  if (action !== 'Drill' || stepOf(operation, 'retire-database').phase === 'Done') return [];
  return beganToCreate(operation) ? [{ site: to, database: databases.to, sinceMs: now.wallMs }] : [];
}

function requestAfter({ reason, requestId: id }: Operation, action: 'Failback'): Journal['requested'] {
  return { id, action, reason, acceptUpToSeconds: null };
}

/** How long a promotion takes in this plan, from the intent on: what the next one is predicted by. */
function rehearsalAfter({ id, action, intent, steps }: Operation): Journal['rehearsal'] {
  const writableMs = steps.find(({ name }) => name === 'verify-writable')?.completedAtMs ?? null;
  if (intent === null || writableMs === null) return null;
  return { operation: id, action, atMs: writableMs, promotionMs: Math.max(0, writableMs - intent.atMs) };
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
    .filter(({ phase }) => phase === 'Left' || phase === 'GaveUp')
    .filter(({ name }) => definitionOf(operation.action, name).onKubernetes)
    .map(({ name }) => name);
}

/**
 * An abort that began before any fence leaves an earlier one's duty as it was. After one that may have fenced somebody
 * looks once more when no request can be on its way any longer: even an answered one may have been sent twice.
 */
function pendingUnfenceAfter(journal: Journal, operation: Operation, now: Now): Journal['pendingUnfence'] {
  const step = operation.steps.find(({ name }) => name === 'unfence');
  if (step === undefined) return journal.pendingUnfence;
  const reason = step.phase === 'Done' ? 'a fence that was asked for may still arrive' : step.message;
  const { from, activationTerm } = operation;
  return { site: from, activationTerm: activationTerm - 1, sinceMs: now.wallMs, reason };
}
