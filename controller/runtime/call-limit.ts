import { ApiUnreachable } from './api-error.ts';
import type { Clock } from './clock.ts';
import { reasonOf } from './reason-of.ts';
import { startWatchdog, type Watchdog } from './watchdog.ts';

/** The end of a call: the caller's signal, or silence for too long. */
export class CallLimit {
  readonly #over = new AbortController();
  readonly #outer: AbortSignal | undefined;
  readonly #watchdog: Watchdog;
  readonly #limitMs: number;
  #expired = false;

  constructor(outer: AbortSignal | undefined, clock: Clock, limitMs: number) {
    this.#outer = outer;
    this.#limitMs = limitMs;
    this.#watchdog = startWatchdog(clock, limitMs, () => {
      this.#expired = true;
      this.#over.abort();
    });
    if (outer?.aborted) this.#over.abort();
    outer?.addEventListener('abort', this.#onOuterAbort);
  }

  get signal(): AbortSignal {
    return this.#over.signal;
  }

  touch(): void {
    this.#watchdog.touch();
  }

  /** Leaves nothing behind: no timer, nothing on the caller's signal. */
  end(): void {
    this.#watchdog.stop();
    this.#outer?.removeEventListener('abort', this.#onOuterAbort);
  }

  explain(error: unknown, what: string): ApiUnreachable {
    if (this.#expired) return new ApiUnreachable(`${what}: no answer for ${this.#limitMs / 1000} s`, error);
    if (this.#outer?.aborted) return new ApiUnreachable(`${what}: no longer wanted`, error);
    return new ApiUnreachable(`${what}: ${reasonOf(error)}`, error);
  }

  readonly #onOuterAbort = (): void => this.#over.abort();
}
