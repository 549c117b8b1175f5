import type { Clock } from '../../src/failover/clock.ts';

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  #ms = 0;

  now(): ReturnType<Clock['now']> {
    return { wallMs: 1_700_000_000_000 + this.#ms, monotonicMs: this.#ms };
  }

  advance(ms: number): void {
    this.#ms += ms;
  }

  async sleep(ms: number): Promise<void> {
    this.#ms += ms;
  }
}
