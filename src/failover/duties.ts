import { cleanupDuty } from './cleanup-duty.ts';
import type { DutyContext } from './duty.ts';
import { fenceDuty, keepFenced } from './fence-duty.ts';
import type { Journal } from './journal.ts';
import { unfenceDuty } from './unfence-duty.ts';

export type Duty = (context: DutyContext) => Promise<void>;

/** What operations that have ended left to be done, and since when this actor knows of it. */
export interface Duties {
  /** In turn, so that one that waits for a dark region keeps no other waiting; `null`: nothing is left to do. */
  next(journal: Journal, monotonicMs: number): Duty | null;
  /** The next one has been seen to, well or badly. */
  done(): void;
}

export function createDuties(): Duties {
  let unfence: { readonly sinceMonotonicMs: number } | null = null;
  let cleanup: { readonly database: string; readonly sinceMonotonicMs: number } | null = null;

  function learn({ pendingUnfence, cleanups: [first] }: Journal, sinceMonotonicMs: number): void {
    unfence = pendingUnfence === null ? null : (unfence ?? { sinceMonotonicMs });
    if (first?.database === cleanup?.database) return;
    cleanup = first === undefined ? null : { database: first.database, sinceMonotonicMs };
  }

  function due(journal: Journal, monotonicMs: number): Duty[] {
    const { fenced, pendingFence } = journal;
    const all: Duty[] = [];
    if (pendingFence !== null) all.push((context) => fenceDuty(context, journal));
    if (unfence !== null) {
      const knownForMs = monotonicMs - unfence.sinceMonotonicMs;
      all.push((context) => unfenceDuty(context, journal, knownForMs));
    }
    if (cleanup !== null) {
      const knownForMs = monotonicMs - cleanup.sinceMonotonicMs;
      all.push((context) => cleanupDuty(context, journal, knownForMs));
    }
    if (fenced !== null) all.push((context) => keepFenced(context, journal, fenced));
    return all;
  }

  let round = 0;
  return {
    next(journal, monotonicMs) {
      learn(journal, monotonicMs);
      const all = due(journal, monotonicMs);
      return all[round % all.length] ?? null;
    },
    done() {
      round += 1;
    },
  };
}

/** Nothing is wrong while a former active merely has to be looked at again and again. */
export function isOnlyKeepingFence({ pendingFence, pendingUnfence, cleanups }: Journal): boolean {
  return pendingFence === null && pendingUnfence === null && cleanups.length === 0;
}
