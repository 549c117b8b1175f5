export interface BackoffOptions {
  /** The first delay, before jitter. */
  readonly baseMs: number;
  /** No delay is longer. */
  readonly maxMs: number;
  /** A number in [0, 1). @default Math.random */
  readonly random?: () => number;
}

/** `baseMs` doubled for each earlier failure, at most `maxMs`. */
export function exponentialMs(failures: number, baseMs: number, maxMs: number): number {
  return Math.min(baseMs * 2 ** failures, maxMs);
}

/**
 * The delays of a loop that retries. Each is between half and the whole of its exponential step, so that clients that an
 * outage has brought into step do not come back in step.
 *
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ "equal jitter"
 */
export class Backoff {
  readonly #options: BackoffOptions;
  #failures = 0;

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  /** How many delays were taken since the last success. */
  get failures(): number {
    return this.#failures;
  }

  /** Milliseconds to wait before the next try. */
  next(): number {
    const { baseMs, maxMs, random = Math.random } = this.#options;
    const stepMs = exponentialMs(this.#failures, baseMs, maxMs);
    this.#failures += 1;
    return stepMs / 2 + (stepMs / 2) * random();
  }

  /** Says that a try succeeded: the next delay is the first one again. */
  reset(): void {
    this.#failures = 0;
  }
}
