import { cleanupDuty } from './cleanup-duty.ts';
import type { DutyContext } from './duty.ts';
import { fenceDuty, keepFenced } from './fence-duty.ts';
import type { Journal } from './journal.ts';
import { unfenceDuty } from './unfence-duty.ts';

export type Duty = (context: DutyContext) => Promise<void>;

/** What operations that have ended left to be done, and since when this actor knows of it. */
export interface Duties {
  /** The most urgent one; `null`: nothing is left to do. */
  next(journal: Journal, monotonicMs: number): Duty | null;
}

export function createDuties(): Duties {
  let unfence: { readonly sinceMonotonicMs: number } | null = null;
  let cleanup: { readonly database: string; readonly sinceMonotonicMs: number } | null = null;

  function learn({ pendingUnfence, cleanups: [first] }: Journal, sinceMonotonicMs: number): void {
    unfence = pendingUnfence === null ? null : (unfence ?? { sinceMonotonicMs });
    if (first?.database === cleanup?.database) return;
    cleanup = first === undefined ? null : { database: first.database, sinceMonotonicMs };
  }

  return {
    next(journal, monotonicMs) {
      learn(journal, monotonicMs);
      if (journal.pendingFence !== null) return (context) => fenceDuty(context, journal);
      if (unfence !== null) {
        const knownForMs = monotonicMs - unfence.sinceMonotonicMs;
        return (context) => unfenceDuty(context, journal, knownForMs);
      }
      if (cleanup !== null) {
        const knownForMs = monotonicMs - cleanup.sinceMonotonicMs;
        return (context) => cleanupDuty(context, journal, knownForMs);
      }
      const { fenced } = journal;
      return fenced === null ? null : (context) => keepFenced(context, journal, fenced);
    },
  };
}

/** Nothing is wrong while a former active merely has to be looked at again and again. */
export function isOnlyKeepingFence({ pendingFence, pendingUnfence, cleanups }: Journal): boolean {
  return pendingFence === null && pendingUnfence === null && cleanups.length === 0;
}
