import { type Advance, advance, type DueStep } from './advance.ts';
import { alertsDue } from './alerts.ts';
import type { Assessment } from './assess.ts';
import type { EventBody } from './events.ts';
import type { Journal } from './journal.ts';
import { type JournalSession, LeaseLost } from './journal-session.ts';
import { releaseLease } from './lease.ts';
import type { Operation, StepName } from './operation.ts';
import { performStep } from './perform.ts';
import type { Plan } from './plan.ts';
import { handlerOf, type Ports } from './ports.ts';
import { closeOperation, recordAlert, recordOutcome } from './record.ts';
import type { Timing } from './timing.ts';

export interface OperationContext {
  readonly plan: Plan;
  readonly ports: Ports;
  readonly session: JournalSession;
  readonly timing: Timing;
  readonly actor: string;
  /** Looks again, at most so often as vantages do; only asked before the intent. */
  readonly assess: () => Promise<Assessment>;
  readonly report: (event: EventBody) => void;
}

/**
 * Drives the operation in the journal to its end, from wherever it stands. Returns when it is closed, when the lease is
 * lost (another actor goes on), or when `signal` aborts (the lease is released, so that another can go on at once).
 */
export async function runOperation(context: OperationContext, signal: AbortSignal): Promise<void> {
  try {
    await drive(context, signal);
  } catch (error) {
    if (!(error instanceof LeaseLost)) throw error;
    context.report({ kind: 'LeaseLost', message: error.message });
  }
}

async function drive(context: OperationContext, signal: AbortSignal): Promise<void> {
  const { plan, ports, session, timing } = context;
  const { clock } = ports;
  const pace = createPace(timing);
  const inFlight = new Map<StepName, Promise<void>>();
  let assessment = await context.assess();
  let failure: unknown = null;

  while (failure === null) {
    if (signal.aborted) {
      await Promise.all(inFlight.values());
      await session.update(releaseLease);
      return;
    }
    const { operation } = session.latest();
    if (operation === null) throw new LeaseLost(session.latest().lease.holder);
    if (operation.intent === null) assessment = await context.assess();

    const next = advance(plan, session.latest(), assessment, clock.now());
    if (next.kind === 'Write') {
      await recordTransitions(context, assessment);
      continue;
    }
    if (next.kind === 'Complete') {
      await finish(context, operation, next.outcome);
      return;
    }
    await sendAlerts(context, operation);
    const nowMs = clock.now().monotonicMs;
    for (const due of next.due) {
      if (inFlight.has(due.step) || pace.waitMs(due.step, nowMs) > 0) continue;
      const round = performRound(context, due, pace)
        .catch((error: unknown) => {
          failure = error;
        })
        .finally(() => inFlight.delete(due.step));
      inFlight.set(due.step, round);
    }
    const idle = next.due.filter((due) => !inFlight.has(due.step)).map((due) => pace.waitMs(due.step, nowMs));
    const waitMs = Math.min(timing.suspectMs, timing.renewEveryMs, ...idle);
    const timer = new AbortController();
    await Promise.race([...inFlight.values(), clock.sleep(waitMs, AbortSignal.any([timer.signal, signal]))]);
    timer.abort();
    await session.renewIfDue();
  }
  await Promise.allSettled(inFlight.values());
  throw failure;
}

/** All transitions that need nothing from the world, in one write. */
async function recordTransitions(context: OperationContext, assessment: Assessment): Promise<void> {
  const { plan, ports, session } = context;
  let before: Operation | null = null;
  const after = await session.update((journal) => {
    before = journal.operation;
    let changed: Journal = journal;
    for (;;) {
      const next: Advance | null =
        changed.operation === null ? null : advance(plan, changed, assessment, ports.clock.now());
      if (next?.kind !== 'Write') return changed;
      changed = { ...changed, operation: next.operation };
    }
  });
  reportSteps(context, before, after.operation);
}

async function performRound(context: OperationContext, due: DueStep, pace: Pace): Promise<void> {
  const { ports, session, timing, actor } = context;
  const { operation } = session.latest();
  if (operation === null) return;
  const outcome = await performStep(
    {
      ports,
      session,
      timing,
      actor,
      lookedForMs: (callId) => pace.lookedForMs(callId, ports.clock.now().monotonicMs),
      onCall: (message) => context.report({ kind: 'Call', operationId: operation.id, step: due.step, message }),
    },
    due,
  );
  pace.after(due.step, outcome.kind === 'Failed', ports.clock.now().monotonicMs);
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

/** History first: a crash in between leaves an operation that is finished again, never one that is forgotten. */
async function finish(
  context: OperationContext,
  operation: Operation,
  outcome: 'Succeeded' | 'Aborted',
): Promise<void> {
  const { plan, ports, session, timing } = context;
  for (;;) {
    try {
      await ports.journal.appendHistory(operation, outcome, ports.clock.now().wallMs);
      break;
    } catch (error) {
      context.report({ kind: 'Trouble', message: `history: ${messageOf(error)}; trying again` });
      await ports.clock.sleep(timing.backoffMs.first);
      await session.renewIfDue();
    }
  }
  const closed = await session.update((journal) => closeOperation(plan, journal, outcome, ports.clock.now()));
  context.report({ kind: 'OperationEnded', operationId: operation.id, outcome });
  if (closed.pendingFence !== null) {
    const { site, reason } = closed.pendingFence;
    context.report({ kind: 'FencePending', site, message: reason });
  }
}

/** Alerts are best effort: they never hold up the operation, and each goes out once per operation. */
async function sendAlerts(context: OperationContext, operation: Operation): Promise<void> {
  const { ports, session } = context;
  for (const { key, subject, message } of alertsDue(operation, ports.clock.now())) {
    await session.update((journal) => recordAlert(journal, key));
    context.report({ kind: 'Trouble', message: `${subject}: ${message}` });
    const effect = { kind: 'notify', subject, message } as const;
    handlerOf(ports.effects, effect)
      ?.perform?.(effect)
      .catch((error: unknown) => context.report({ kind: 'Trouble', message: `alert not sent: ${messageOf(error)}` }));
  }
}

/** When each step may be tried again, and since when each call's outcome is looked for: on this actor's own clock. */
interface Pace {
  waitMs(step: StepName, monotonicMs: number): number;
  after(step: StepName, failed: boolean, monotonicMs: number): void;
  lookedForMs(callId: string, monotonicMs: number): number;
}

function createPace(timing: Timing): Pace {
  const notBefore = new Map<StepName, number>();
  const failures = new Map<StepName, number>();
  const lookedSince = new Map<string, number>();
  return {
    waitMs: (step, monotonicMs) => Math.max(0, (notBefore.get(step) ?? monotonicMs) - monotonicMs),
    after(step, failed, monotonicMs) {
      const count = failed ? (failures.get(step) ?? 0) + 1 : 0;
      failures.set(step, count);
      const { first, longest } = timing.backoffMs;
      notBefore.set(step, monotonicMs + (count === 0 ? timing.pollMs : Math.min(first * 2 ** (count - 1), longest)));
    },
    lookedForMs(callId, monotonicMs) {
      const since = lookedSince.get(callId) ?? monotonicMs;
      lookedSince.set(callId, since);
      return monotonicMs - since;
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
