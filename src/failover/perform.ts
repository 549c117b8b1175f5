import type { DueStep } from './advance.ts';
import type { Look, Outcome } from './effect.ts';
import type { JournalSession } from './journal-session.ts';
import type { Call } from './operation.ts';
import { stepOf } from './operation.ts';
import { PortError } from './port-error.ts';
import { handlerOf, type Ports } from './ports.ts';
import { recordCall } from './record.ts';
import type { Timing } from './timing.ts';

/** What performing a step needs besides the step. */
export interface PerformContext {
  readonly ports: Ports;
  readonly session: JournalSession;
  readonly timing: Timing;
  readonly actor: string;
  /** For how long this actor has itself been looking for the outcome of the call. */
  readonly lookedForMs: (callId: string) => number;
  readonly onCall: (message: string) => void;
}

/** One round of look-before-act on a due step. Never throws for what the world does; throws LeaseLost. */
export async function performStep(context: PerformContext, due: DueStep): Promise<Outcome> {
  const outcome = await round(context, due);
  const undecided = outcome.kind === 'Called' || outcome.kind === 'Waiting';
  return undecided && due.definition.ends ? { kind: 'Failed', message: outcome.message } : outcome;
}

async function round(context: PerformContext, due: DueStep): Promise<Outcome> {
  const handler = handlerOf(context.ports.effects, due.effect);
  if (handler === null) return { kind: 'NotMine', message: 'left to a controller on Kubernetes' };

  const look = await lookAt(() => handler.check(due.effect));
  if (look instanceof PortError) return failureOf(look);
  if (look.state !== 'NotDone') return outcomeOf(look);
  // Bound: a handler may be an instance of a class.
  const perform = handler.perform?.bind(handler);
  if (perform === undefined) return { kind: 'Waiting', message: look.detail };
  if (isCalledOff(context, due)) return calledOff;
  if (due.definition.irreversible) return performOnce(context, due, () => perform(due.effect));

  await context.session.renewIfDue();
  if (isCalledOff(context, due)) return calledOff;
  try {
    await perform(due.effect);
  } catch (error) {
    return failureOf(error);
  }
  const after = await lookAt(() => handler.check(due.effect));
  if (after instanceof PortError) return failureOf(after);
  return after.state === 'NotDone' ? { kind: 'Called', message: after.detail } : outcomeOf(after);
}

/** The operation was aborted while the look was under way: what it found undone stays so. */
function isCalledOff({ session }: PerformContext, { step }: DueStep): boolean {
  return session.latest().operation?.steps.some(({ name, phase }) => name === step && phase === 'Skipped') ?? true;
}

const calledOff: Outcome = { kind: 'Waiting', message: 'called off' };

/**
 * An irreversible call: written down before it leaves, by a conditional write that is the fresh lease check, and never
 * repeated while an earlier one may have happened.
 */
async function performOnce(context: PerformContext, due: DueStep, perform: () => Promise<void>): Promise<Outcome> {
  const { session, actor } = context;
  const { operation, lease } = session.latest();
  if (operation?.intent == null) throw new Error(`${due.step} is due without an intent`);
  const { calls } = stepOf(operation, due.step);

  const standing = calls.find((call) => call.result === 'accepted');
  if (standing !== undefined) {
    return { kind: 'Waiting', message: `accepted at ${iso(standing.atMs)}; no change shows yet` };
  }
  const open = calls.find((call) => call.result === 'pending' || call.result === 'unknown');
  if (open !== undefined) return lookFor(context, due, open);

  const call: Call = {
    id: `${actor}/${lease.term}/${calls.length + 1}`,
    actor,
    leaseTerm: lease.term,
    atMs: context.ports.clock.now().wallMs,
    result: 'pending',
  };
  await session.update((journal) => recordCall(journal, due.step, call));
  // The answer to that may have been heard a long time after the write: the lease may be somebody else's by now.
  await session.renewIfDue();
  context.onCall(`${operation.intent.call} ${operation.intent.database}`);
  try {
    await perform();
    return { kind: 'Called', message: `${operation.intent.call} accepted` };
  } catch (error) {
    // An error that no adapter should throw says nothing of what happened at the other end.
    const refused = error instanceof PortError && error.kind !== 'OutcomeUnknown';
    const result = refused ? 'refused' : 'unknown';
    await session.update((journal) => recordCall(journal, due.step, { ...call, result }));
    return failureOf(error);
  }
}

async function lookFor(context: PerformContext, due: DueStep, call: Call): Promise<Outcome> {
  if (context.lookedForMs(call.id) < context.timing.settleMs) {
    return { kind: 'Waiting', message: `looking for the outcome of the call made at ${iso(call.atMs)}` };
  }
  await context.session.update((journal) => recordCall(journal, due.step, { ...call, result: 'refuted' }));
  return { kind: 'Waiting', message: `the call made at ${iso(call.atMs)} never took effect` };
}

async function lookAt(check: () => Promise<Look>): Promise<Look | PortError> {
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    return error;
  }
}

function outcomeOf(look: Look): Outcome {
  switch (look.state) {
    case 'Done':
      return { kind: 'Done', message: look.detail };
    case 'Called':
      return { kind: 'Called', message: look.detail };
    case 'NotYet':
    case 'NotDone':
      return { kind: 'Waiting', message: look.detail };
    case 'CannotTell':
      return { kind: 'Failed', message: look.detail };
  }
}

function failureOf(error: unknown): Outcome {
  if (!(error instanceof PortError)) throw error;
  return error.kind === 'NotYet'
    ? { kind: 'Waiting', message: error.message }
    : { kind: 'Failed', message: error.message, refused: error.kind === 'Refused' };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
