import type { Clock } from '../failover/clock.ts';
import type { StopSignal } from '../failover/stop.ts';
import { epochMs, type Life } from './life.ts';
import type { Timeline } from './timeline.ts';

export interface ClockFaults {
  /** By how much the wall clock is off at the start, milliseconds; the monotonic one starts anywhere. */
  readonly offsetMs?: number;
  /** How many of its seconds pass in a second of the world. @default 1 */
  readonly rate?: number;
}

/** The clocks of one machine: off, too fast or too slow, and the wall clock may be set while the process runs. */
export class ProcessClock implements Clock {
  readonly #life: Life;
  readonly #timeline: Timeline;
  readonly #rate: number;
  readonly #bornMs: number;
  readonly #monotonicAtBirthMs: number;
  /** What the wall clock showed too much, and from when on by the world's time; the latest is last. */
  readonly #offsets: { readonly fromMs: number; readonly offsetMs: number }[];

  constructor(life: Life, timeline: Timeline, { offsetMs = 0, rate = 1 }: ClockFaults = {}) {
    this.#life = life;
    this.#timeline = timeline;
    this.#rate = rate;
    this.#bornMs = timeline.nowMs;
    this.#monotonicAtBirthMs = offsetMs * 7 + timeline.nowMs;
    this.#offsets = [{ fromMs: this.#bornMs, offsetMs }];
  }

  now(): { wallMs: number; monotonicMs: number } {
    const agedMs = (this.#timeline.nowMs - this.#bornMs) * this.#rate;
    const offsetMs = this.#offsets.at(-1)?.offsetMs ?? 0;
    return {
      wallMs: epochMs + this.#bornMs + agedMs + offsetMs,
      monotonicMs: this.#monotonicAtBirthMs + agedMs,
    };
  }

  sleep(ms: number, signal?: StopSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        cancel();
        signal?.removeEventListener('abort', wake);
        this.#life.deliver(resolve);
      };
      const cancel = this.#timeline.schedule(ms / this.#rate, wake);
      signal?.addEventListener('abort', wake);
    });
  }

  /** Somebody, or NTP, sets the wall clock. The monotonic clock does not notice. */
  setForward(ms: number): void {
    const offsetMs = (this.#offsets.at(-1)?.offsetMs ?? 0) + ms;
    this.#offsets.push({ fromMs: this.#timeline.nowMs, offsetMs });
  }

  /** When the wall clock showed this, by the world's time: the latest such moment, if it showed it twice. */
  worldMs(wallMs: number): number {
    for (let index = this.#offsets.length - 1; index >= 0; index -= 1) {
      const { fromMs = 0, offsetMs = 0 } = this.#offsets[index] ?? {};
      const worldMs = this.#bornMs + (wallMs - epochMs - this.#bornMs - offsetMs) / this.#rate;
      if (index === 0 || (worldMs >= fromMs && worldMs <= this.#timeline.nowMs)) return worldMs;
    }
    return wallMs - epochMs;
  }
}
