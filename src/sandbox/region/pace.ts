import { setTimeout as delay } from 'node:timers/promises';
import { type AwsDurations, awsDurations } from './aws-durations.ts';

/** The region's sense of time: durations and intervals, divided by its speed, that end when the region stops. */
export class Pace {
  readonly #durations: AwsDurations;
  readonly #speed: number;
  readonly #stopped = new AbortController();

  /** @param speed greater than 0; @param overrides milliseconds before `speed`. */
  constructor(speed: number, overrides: Partial<AwsDurations> = {}) {
    this.#speed = speed;
    this.#durations = { ...awsDurations, ...overrides };
  }

  /** Waits for one of AWS's durations. @throws AbortError when the region stops meanwhile. */
  async pass(duration: keyof AwsDurations): Promise<void> {
    const milliseconds = this.#durations[duration] / this.#speed;
    if (milliseconds > 0) await this.sleep(milliseconds);
    this.#stopped.signal.throwIfAborted();
  }

  /** Milliseconds of an interval that is given for speed 1. */
  interval(milliseconds: number): number {
    return Math.max(1, milliseconds / this.#speed);
  }

  /** @param milliseconds as they are, not divided. */
  async sleep(milliseconds: number): Promise<void> {
    await delay(milliseconds, undefined, { signal: this.#stopped.signal });
  }

  /**
   * Repeats a task, the next one `milliseconds` (before speed) after the last has ended, until the region stops. The
   * task must not throw.
   */
  repeat(milliseconds: number, task: () => Promise<void>): void {
    const run = async () => {
      while (!this.stopped) {
        await task();
        await this.sleep(this.interval(milliseconds));
      }
    };
    run().catch((error: unknown) => {
      if (!this.stopped) throw error;
    });
  }

  get stopped(): boolean {
    return this.#stopped.signal.aborted;
  }

  stop(): void {
    this.#stopped.abort();
  }
}
