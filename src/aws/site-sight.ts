import type { Clock } from '../failover/clock.ts';
import type { SiteLook } from '../failover/observation.ts';

/** What one probe of a site came to, before its history is added. */
export type Answer = Omit<SiteLook, 'withoutSuccessMs' | 'sinceSuccessMs'>;

/**
 * Remembers since when a site has been seen without a success, on the monotonic clock. Time in which nobody looked
 * proves nothing: after a gap, such as a suspended machine or a frozen Lambda, that count begins anew. How old the last
 * success is, a gap does not change.
 */
export class SiteSight {
  readonly #clock: Clock;
  readonly #maxGapMs: number;
  #sinceMs: number | null = null;
  #successMs: number | null = null;
  #lastLookMs = 0;

  /** @param maxGapMs the longest time between two looks that still counts as looking. */
  constructor(clock: Clock, maxGapMs: number) {
    this.#clock = clock;
    this.#maxGapMs = maxGapMs;
  }

  /** Runs the probe and adds how long it has now been without a success. */
  async look(probe: () => Promise<Answer>): Promise<SiteLook> {
    const startedMs = this.#clock.now().monotonicMs;
    if (this.#sinceMs === null || startedMs - this.#lastLookMs > this.#maxGapMs) this.#sinceMs = startedMs;
    const answer = await probe();
    const nowMs = this.#clock.now().monotonicMs;
    this.#lastLookMs = nowMs;
    if (answer.answer === 'healthy') {
      this.#sinceMs = nowMs;
      this.#successMs = nowMs;
    }
    const sinceSuccess = this.#successMs === null ? {} : { sinceSuccessMs: nowMs - this.#successMs };
    return { ...answer, withoutSuccessMs: nowMs - this.#sinceMs, ...sinceSuccess };
  }
}
