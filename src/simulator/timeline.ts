/**
 * Virtual time: one queue of moments, one thread. Between two moments every promise that can settle does so; the same
 * inputs therefore always give the same run, and ten minutes pass in milliseconds.
 */
export class Timeline {
  #nowMs = 0;
  #scheduled = 0;
  readonly #queue: Moment[] = [];
  readonly #onMoment: () => void;

  /** @param onMoment called after each moment, when everything that it caused has happened. */
  constructor(onMoment: () => void = () => undefined) {
    this.#onMoment = onMoment;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Runs `action` in `delayMs`; the answer cancels it. */
  schedule(delayMs: number, action: () => void): () => void {
    this.#scheduled += 1;
    const moment: Moment = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#scheduled, action };
    const later = this.#queue.findIndex((other) => other.atMs > moment.atMs);
    this.#queue.splice(later === -1 ? this.#queue.length : later, 0, moment);
    return () => {
      const index = this.#queue.indexOf(moment);
      if (index !== -1) this.#queue.splice(index, 1);
    };
  }

  delay(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.schedule(ms, resolve);
    });
  }

  /**
   * Lets time pass until `done` holds, at most up to `untilMs`.
   *
   * @returns whether `done` came to hold.
   */
  async runUntil(done: () => boolean, untilMs: number): Promise<boolean> {
    await settle();
    while (!done()) {
      const next = this.#queue[0];
      if (next === undefined || next.atMs > untilMs) {
        this.#nowMs = Math.max(this.#nowMs, untilMs);
        return done();
      }
      this.#queue.shift();
      this.#nowMs = next.atMs;
      next.action();
      await settle();
      this.#onMoment();
    }
    return true;
  }

  async runTo(untilMs: number): Promise<void> {
    await this.runUntil(() => false, untilMs);
  }
}

interface Moment {
  readonly atMs: number;
  readonly order: number;
  readonly action: () => void;
}

/**
 * Every promise that can settle has settled once the queue of microtasks is empty, which is when Node runs the next
 * tick. A round of the event loop would say the same at three times the price.
 */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    process.nextTick(resolve);
  });
}
