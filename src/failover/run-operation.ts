import { type Advance, advance, type DueStep } from './advance.ts';
import { createAlertSender } from './alert-sender.ts';
import type { Assessment } from './assess.ts';
import { closeOperation } from './close-operation.ts';
import type { Outcome } from './effect.ts';
import type { EventBody } from './events.ts';
import { firstOf } from './first-of.ts';
import type { Journal } from './journal.ts';
import { JournalGivenUp, type JournalSession, LeaseLost } from './journal-session.ts';
import { releaseLease } from './lease.ts';
import { messageOf } from './once.ts';
import type { Operation } from './operation.ts';
import { isPastReturn } from './operation-state.ts';
import { performStep } from './perform.ts';
import type { Plan } from './plan.ts';
import type { Ports } from './ports.ts';
import { recordOutcome } from './record.ts';
import { type Attempt, createRounds } from './rounds.ts';
import type { StopSignal } from './stop.ts';
import type { Timing } from './timing.ts';

export interface OperationContext {
  readonly plan: Plan;
  readonly ports: Ports;
  readonly session: JournalSession;
  readonly timing: Timing;
  readonly actor: string;
  /** Looks again, at most so often as vantages do; only asked before the point of no return. */
  readonly assess: () => Promise<Assessed>;
  readonly report: (event: EventBody) => void;
}

/** What is known, and since when on this actor's clock: from before the first question was asked. */
export interface Assessed {
  readonly assessment: Assessment;
  readonly atMonotonicMs: number;
}

/**
 * Drives the operation in the journal to its end, from wherever it stands. Returns when it is closed, when the lease is
 * lost (another actor goes on), or when `signal` aborts (the lease is released, so that another can go on at once).
 */
export async function runOperation(context: OperationContext, signal: StopSignal): Promise<void> {
  try {
    await drive(context, signal);
  } catch (error) {
    if (error instanceof LeaseLost) context.report({ kind: 'LeaseLost', message: error.message });
    else if (error instanceof JournalGivenUp) context.report({ kind: 'Trouble', message: error.message });
    else throw error;
  }
}

async function drive(context: OperationContext, signal: StopSignal): Promise<void> {
  const { plan, ports, session, timing } = context;
  const alerts = createAlertSender(context);
  const rounds = createRounds(ports.clock, timing, attemptIn(context), (due, outcome) => settle(context, due, outcome));
  try {
    let assessed = await context.assess();
    while (!signal.aborted) {
      const before = operationOf(session.latest());
      if (!isPastReturn(before) && before.phase !== 'Aborting') assessed = await context.assess();
      // Rounds go on meanwhile: what they have settled since belongs to the record.
      const operation = operationOf(session.latest());
      const next = advance(plan, session.latest(), assessed.assessment, ports.clock.now());
      switch (next.kind) {
        case 'Write':
          await recordTransitions(context, assessed);
          // A fence that is still on its way must not arrive after it was undone.
          if (session.latest().operation?.phase === 'Aborting') await holding(context, rounds.atRest());
          break;
        case 'Complete':
          if (await finish(context, operation, next.outcome, signal)) return;
          break;
        case 'Perform':
          alerts.send(operation);
          await rounds.perform(next.due, signal);
          await session.renewIfDue();
      }
    }
  } finally {
    // Whoever goes on may undo a fence only before the point of no return; after it a late one does no harm.
    const { operation } = session.latest();
    await (operation !== null && isPastReturn(operation) ? rounds.settled() : rounds.atRest());
  }
  await session.update(releaseLease);
}

function operationOf({ operation, lease }: Journal): Operation {
  if (operation === null) throw new LeaseLost(lease.holder);
  return operation;
}

/** Waits with the lease in hand. */
async function holding(context: OperationContext, wait: Promise<void>): Promise<void> {
  const { ports, session, timing } = context;
  let over = false;
  const end = wait.then(() => {
    over = true;
  });
  while (!over) {
    await firstOf(
      null,
      () => end,
      (stop) => ports.clock.sleep(timing.suspectMs, stop),
    );
    await session.renewIfDue();
  }
}

/**
 * All transitions that need nothing from the world, in one write. A write may be tried again for minutes: before the
 * point of no return it is given up when what is known has become old, so that it is passed on fresh evidence.
 */
async function recordTransitions(context: OperationContext, { assessment, atMonotonicMs }: Assessed): Promise<void> {
  const { plan, ports, session, timing } = context;
  const oldestMs = timing.suspectMs + timing.callMs;
  let before: Operation | null = null;
  const after = await session.update((journal) => {
    before = journal.operation;
    const isOld = ports.clock.now().monotonicMs - atMonotonicMs > oldestMs;
    if (isOld && journal.operation !== null && !isPastReturn(journal.operation)) return journal;
    let changed: Journal = journal;
    for (;;) {
      const next: Advance | null =
        changed.operation === null ? null : advance(plan, changed, assessment, ports.clock.now());
      if (next?.kind !== 'Write') return changed;
      changed = next.journal;
    }
  });
  reportSteps(context, before, after.operation);
}

function attemptIn(context: OperationContext): Attempt {
  const { ports, session, timing, actor, report } = context;
  return (due, lookedForMs) => {
    const operationId = session.latest().operation?.id ?? '';
    const onCall = (message: string): void => report({ kind: 'Call', operationId, step: due.step, message });
    return performStep({ ports, session, timing, actor, lookedForMs, onCall }, due);
  };
}

async function settle(context: OperationContext, due: DueStep, outcome: Outcome): Promise<void> {
  const { ports, session } = context;
  let before: Operation | null = null;
  const after = await session.update((journal) => {
    before = journal.operation;
    return recordOutcome(journal, due.step, outcome, ports.clock.now());
  });
  reportSteps(context, before, after.operation);
}

function reportSteps(context: OperationContext, before: Operation | null, after: Operation | null): void {
  if (after === null) return;
  if (before?.phase !== 'Aborting' && after.phase === 'Aborting') {
    context.report({ kind: 'OperationAborting', operationId: after.id, message: after.abort.reason });
  }
  for (const step of after.steps) {
    const was = before?.steps.find((candidate) => candidate.name === step.name);
    if (was !== undefined && was.phase === step.phase && was.message === step.message) continue;
    const { name, phase, message } = step;
    context.report({ kind: 'Step', operationId: after.id, step: name, phase, message });
  }
}

/**
 * History first: a crash in between leaves an operation that is finished again, never one that is forgotten.
 *
 * @returns whether it is closed; not if the process was asked to end before the history could be written.
 */
async function finish(
  context: OperationContext,
  operation: Operation,
  outcome: 'Succeeded' | 'Aborted',
  signal: StopSignal,
): Promise<boolean> {
  const { plan, ports, session, timing } = context;
  for (;;) {
    try {
      await ports.journal.appendHistory(operation, outcome, ports.clock.now().wallMs);
      break;
    } catch (error) {
      context.report({ kind: 'Trouble', message: `history: ${messageOf(error)}; trying again` });
      if (signal.aborted) return false;
      await ports.clock.sleep(timing.backoffMs.first, signal);
      await session.renewIfDue();
    }
  }
  const closed = await session.update((journal) => closeOperation(plan, journal, outcome, ports.clock.now()));
  context.report({ kind: 'OperationEnded', operationId: operation.id, outcome });
  if (closed.pendingFence !== null) {
    const { site, reason } = closed.pendingFence;
    context.report({ kind: 'FencePending', site, message: reason });
  }
  if (closed.pendingUnfence !== null) {
    const { site, reason } = closed.pendingUnfence;
    context.report({ kind: 'UnfencePending', site, message: reason });
  }
  return true;
}
