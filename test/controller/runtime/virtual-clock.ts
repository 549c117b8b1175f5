import type { Clock, Now } from '../../../controller/runtime/clock.ts';

interface Sleeper {
  readonly dueMs: number;
  readonly wake: () => void;
}

/** A clock that stands still until a test moves it; what sleeps until then wakes in order. */
export class VirtualClock implements Clock {
  #monotonicMs = 0;
  #wallMs = Date.parse('2026-01-01T00:00:00.250Z');
  readonly #sleepers = new Set<Sleeper>();

  now(): Now {
    return { wallMs: this.#wallMs, monotonicMs: this.#monotonicMs };
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const sleeper = { dueMs: this.#monotonicMs + ms, wake };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', wake);
    });
  }

  /** How long each sleeper still has. */
  sleeping(): readonly number[] {
    return [...this.#sleepers].map((sleeper) => sleeper.dueMs - this.#monotonicMs).sort((a, b) => a - b);
  }

  /** Lets so much time pass; whatever wakes runs, as far as it needs no I/O, before later sleepers wake. */
  async advance(ms: number): Promise<void> {
    const targetMs = this.#monotonicMs + ms;
    for (;;) {
      await settle();
      const next = [...this.#sleepers].sort((a, b) => a.dueMs - b.dueMs)[0];
      if (next === undefined || next.dueMs > targetMs) break;
      this.#passTo(Math.max(next.dueMs, this.#monotonicMs));
      next.wake();
    }
    this.#passTo(targetMs);
  }

  /** Moves the wall clock alone, as an administrator or NTP does. */
  jumpWall(ms: number): void {
    this.#wallMs += ms;
  }

  /** Time passes, but nothing that sleeps wakes: the process was stopped, or its event loop was blocked. */
  stall(ms: number): void {
    this.#passTo(this.#monotonicMs + ms);
  }

  #passTo(ms: number): void {
    this.#wallMs += ms - this.#monotonicMs;
    this.#monotonicMs = ms;
  }
}

/** Lets everything run that needs neither time nor I/O. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
