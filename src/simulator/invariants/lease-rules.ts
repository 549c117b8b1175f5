import type { Journal } from '../../failover/journal.ts';
import type { Timing } from '../../failover/timing.ts';
import type { Call } from '../network.ts';
import type { Breaches } from './breaches.ts';

/** A request may leave so long after the lease that it was decided under was lost: a round trip, and a clock too slow. */
const leavesLateMs = 1_500;
/** Clocks run at different speeds; so much less than a lease time may be a whole one to somebody. */
const leaseTolerance = 0.94;

/** Invariant 1: one actor acts per lease term, and nobody takes a lease from one who shows signs of life. */
export class LeaseRules {
  readonly #breaches: Breaches;
  readonly #timing: Timing;
  readonly #nowMs: () => number;
  readonly #holders = new Map<number, string>();
  /** When each actor was last seen to hold the lease. */
  readonly #heldMs = new Map<string, number>();
  #signMs = 0;

  constructor(breaches: Breaches, timing: Timing, nowMs: () => number) {
    this.#breaches = breaches;
    this.#timing = timing;
    this.#nowMs = nowMs;
  }

  /** When the holder of the lease last showed a sign of life. */
  get signMs(): number {
    return this.#signMs;
  }

  holderOf(term: number): string | undefined {
    return this.#holders.get(term);
  }

  journalWritten(before: Journal | null, after: Journal, writer: string): void {
    const { holder, term, renewals } = after.lease;
    const nowMs = this.#nowMs();
    const was = before?.lease ?? null;
    if (was !== null && was.holder !== null && was.holder !== writer && was.holder !== holder) {
      const silentMs = nowMs - this.#signMs;
      this.#breaches.must(
        1,
        silentMs >= this.#timing.leaseMs * leaseTolerance,
        () => `${writer} took the lease of ${was.holder}, who had been silent for ${Math.round(silentMs)} ms`,
      );
    }
    if (was?.holder != null) this.#heldMs.set(was.holder, nowMs);
    if (holder === null) return;
    const known = this.#holders.get(term);
    this.#breaches.must(1, known === undefined || known === holder, () => `term ${term} is ${known}'s and ${holder}'s`);
    this.#holders.set(term, holder);
    if (renewals !== was?.renewals) this.#signMs = nowMs;
  }

  /** Something is about to be done to the world. */
  actLeaves({ actor, operation }: Call, journal: Journal | null): void {
    if (journal?.lease.holder === actor) return;
    const heldMs = this.#heldMs.get(actor) ?? Number.NEGATIVE_INFINITY;
    this.#breaches.must(
      1,
      this.#nowMs() - heldMs <= leavesLateMs,
      () => `${actor} asks for ${operation} without the lease, which is with ${journal?.lease.holder ?? 'nobody'}`,
    );
  }
}
