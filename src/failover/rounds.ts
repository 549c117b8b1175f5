import type { DueStep } from './advance.ts';
import type { Clock } from './clock.ts';
import type { Outcome } from './effect.ts';
import { firstOf } from './first-of.ts';
import type { StepName } from './operation.ts';
import type { StopSignal } from './stop.ts';
import type { Timing } from './timing.ts';

/** Does one round of look-before-act on a due step. */
export type Attempt = (due: DueStep, lookedForMs: (callId: string) => number) => Promise<Outcome>;

/** The rounds of look-before-act that one actor has under way, one a step. */
export interface Rounds {
  /** Begins what is due and not under way, and returns when there may be something to do. Throws what a round threw. */
  perform(due: readonly DueStep[], signal: StopSignal): Promise<void>;
  /** Resolves when the outcome of every round is in the journal. */
  settled(): Promise<void>;
  /** Resolves when nothing is under way any more, not even calls of steps that gave up. */
  atRest(): Promise<void>;
}

/**
 * @param attempt the round itself.
 * @param settle takes each outcome into the journal.
 */
export function createRounds(
  clock: Clock,
  timing: Timing,
  attempt: Attempt,
  settle: (due: DueStep, outcome: Outcome) => Promise<void>,
): Rounds {
  const pace = createPace(timing);
  const inFlight = new Map<StepName, Promise<void>>();
  const calls = new Set<Promise<unknown>>();
  let failure: { readonly error: unknown } | null = null;

  async function round(due: DueStep): Promise<void> {
    const call = attempt(due, (callId) => pace.lookedForMs(callId, clock.now().monotonicMs));
    calls.add(call);
    const forget = (): boolean => calls.delete(call);
    call.then(forget, forget);
    const outcome = due.definition.within === undefined ? await call : await inTime(call, due, due.definition.within);
    pace.after(due.step, outcome.kind === 'Failed', clock.now().monotonicMs);
    await settle(due, outcome);
  }

  async function inTime(call: Promise<Outcome>, due: DueStep, within: 'fence' | 'budget'): Promise<Outcome> {
    const limitMs = within === 'fence' ? timing.fenceMs : due.budgetMs;
    const tooLate: Outcome = {
      kind: 'Failed',
      message: `not done within ${limitMs / 1000} s, and nothing waits longer for it`,
      final: true,
    };
    const leftMs = Math.max(0, limitMs - pace.triedForMs(due.step, clock.now().monotonicMs));
    return firstOf<Outcome>(
      null,
      () => call,
      (stop) => clock.sleep(leftMs, stop).then(() => tooLate),
    );
  }

  return {
    async perform(due, signal) {
      const nowMs = clock.now().monotonicMs;
      for (const one of due) {
        if (inFlight.has(one.step) || pace.waitMs(one.step, nowMs) > 0) continue;
        const under = round(one)
          .catch((error: unknown) => {
            failure = { error };
          })
          .finally(() => inFlight.delete(one.step));
        inFlight.set(one.step, under);
      }
      const idle = due.filter(({ step }) => !inFlight.has(step)).map(({ step }) => pace.waitMs(step, nowMs));
      const waitMs = Math.min(timing.suspectMs, timing.renewEveryMs, ...idle);
      const ends = [...inFlight.values()].map((end) => () => end);
      await firstOf(signal, ...ends, (stop) => clock.sleep(waitMs, stop));
      if (failure !== null) throw failure.error;
    },
    async settled() {
      await Promise.allSettled(inFlight.values());
    },
    async atRest() {
      await Promise.allSettled([...inFlight.values(), ...calls]);
    },
  };
}

/** When each step may be tried again, and since when each is tried: on this actor's own clock. */
interface Pace {
  waitMs(step: StepName, monotonicMs: number): number;
  after(step: StepName, failed: boolean, monotonicMs: number): void;
  /** Since this actor's first try. */
  triedForMs(step: StepName, monotonicMs: number): number;
  lookedForMs(callId: string, monotonicMs: number): number;
}

function createPace(timing: Timing): Pace {
  const notBefore = new Map<StepName, number>();
  const failures = new Map<StepName, number>();
  const triedSince = new Map<StepName, number>();
  const lookedSince = new Map<string, number>();
  return {
    // Whole milliseconds: a rest that no clock can tell would be waited for again and again, and never pass.
    waitMs: (step, monotonicMs) => Math.max(0, Math.ceil((notBefore.get(step) ?? monotonicMs) - monotonicMs)),
    after(step, failed, monotonicMs) {
      const count = failed ? (failures.get(step) ?? 0) + 1 : 0;
      failures.set(step, count);
      const { first, longest } = timing.backoffMs;
      notBefore.set(step, monotonicMs + (count === 0 ? timing.pollMs : Math.min(first * 2 ** (count - 1), longest)));
    },
    triedForMs: (step, monotonicMs) => sinceFirst(triedSince, step, monotonicMs),
    lookedForMs: (callId, monotonicMs) => sinceFirst(lookedSince, callId, monotonicMs),
  };
}

function sinceFirst<Key>(firsts: Map<Key, number>, key: Key, monotonicMs: number): number {
  const first = firsts.get(key) ?? monotonicMs;
  firsts.set(key, first);
  return monotonicMs - first;
}
