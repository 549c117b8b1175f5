import type { Effect, Look } from './effect.ts';
import type { EventBody } from './events.ts';
import type { Journal } from './journal.ts';
import { acquireSession, JournalGivenUp, type JournalSession, LeaseLost } from './journal-session.ts';
import type { Plan } from './plan.ts';
import { PortError } from './port-error.ts';
import { handlerOf, type Ports } from './ports.ts';
import type { StopSignal } from './stop.ts';
import type { Timing } from './timing.ts';

/** What an operation that has ended left to be done when the world lets it. */
export interface DutyContext {
  readonly plan: Plan;
  readonly ports: Ports;
  readonly timing: Timing;
  readonly actor: string;
  readonly report: (event: EventBody) => void;
  /** Aborts when the process is asked to end. */
  readonly stop: StopSignal;
}

/** Looking takes no lease; doing does. `work` ends by giving the lease back. */
export async function underLease(
  context: DutyContext,
  journal: Journal,
  work: (session: JournalSession) => Promise<void>,
): Promise<void> {
  const { ports, timing, actor, report, stop } = context;
  const onTrouble = (message: string): void => report({ kind: 'Trouble', message });
  const options = { store: ports.journal, clock: ports.clock, timing, onTrouble, stop };
  const session = await acquireSession(options, journal, actor);
  try {
    await work(session);
  } catch (error) {
    if (error instanceof JournalGivenUp) onTrouble(error.message);
    else if (!(error instanceof LeaseLost)) throw error;
  }
}

export async function look({ ports }: DutyContext, effect: Effect): Promise<Look['state']> {
  try {
    return (await handlerOf(ports.effects, effect)?.check(effect))?.state ?? 'CannotTell';
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    return 'CannotTell';
  }
}

/** What went wrong shows in the next look. */
export async function perform({ ports, report }: DutyContext, effect: Effect): Promise<void> {
  try {
    await handlerOf(ports.effects, effect)?.perform?.(effect);
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    report({ kind: 'Trouble', message: `${effect.kind}: ${error.message}` });
  }
}
