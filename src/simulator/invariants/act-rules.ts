import type { Journal } from '../../failover/journal.ts';
import { isSettled } from '../../failover/operation.ts';
import type { Call } from '../network.ts';
import type { Breaches } from './breaches.ts';

/** A request may leave a moment after its step was settled by what else was seen. */
const leavesLateMs = 1_500;

/**
 * Invariant 11, its second half: the journal explains everything that is done to the world, as it is asked for. And
 * invariant 5 where what is asked for cannot be undone: it stands in the journal before it leaves, so that whoever goes on
 * looks for it.
 */
export class ActRules {
  readonly #breaches: Breaches;
  readonly #nowMs: () => number;
  /** Until when each act is explained by what the journal said before. */
  readonly #explainedUntilMs = new Map<string, number>();

  constructor(breaches: Breaches, nowMs: () => number) {
    this.#breaches = breaches;
    this.#nowMs = nowMs;
  }

  journalWritten(before: Journal | null): void {
    if (before === null) return;
    for (const act of explainedBy(before)) this.#explainedUntilMs.set(act, this.#nowMs() + leavesLateMs);
  }

  actLeaves({ actor, operation }: Call, journal: Journal | null): void {
    if (journal === null || operation === 'notify') return;
    if (operation === 'promote') this.#isWrittenDown(actor, journal);
    const isRecent = (this.#explainedUntilMs.get(operation) ?? Number.NEGATIVE_INFINITY) >= this.#nowMs();
    const isExplained = isRecent || explainedBy(journal).includes(operation);
    this.#breaches.must(
      11,
      isExplained,
      () => `${actor} asks for ${operation}, and nothing in the journal explains it`,
    );
  }

  #isWrittenDown(actor: string, { operation }: Journal): void {
    const calls = operation?.steps.find(({ name }) => name === 'promote')?.calls ?? [];
    const stands = calls.some((call) => call.actor === actor && call.result === 'pending');
    this.#breaches.must(5, stands, () => `${actor} asks for a promotion that is not written down`);
  }
}

/** What may be done by the journal as it stands. */
function explainedBy({ operation, pendingFence, pendingUnfence, cleanups, epoch }: Journal): string[] {
  const acts: string[] = [];
  for (const step of operation?.steps ?? []) {
    // What took too long is waited for no longer; what was begun of it may still be done.
    if (!isSettled(step) || step.phase === 'GaveUp') acts.push(step.name);
  }
  if (pendingFence !== null) acts.push('close-traffic', 'fence-database');
  if (pendingUnfence !== null) acts.push('unfence');
  if (cleanups.length > 0) acts.push('retire-database');
  if (epoch === 0) acts.push('entitle');
  return acts;
}
