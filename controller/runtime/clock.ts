/** One reading of this process's clocks. */
export interface Now {
  /** Wall clock, milliseconds since the epoch: for what people read. It jumps, and differs between machines. */
  readonly wallMs: number;
  /** Monotonic clock, milliseconds since any fixed moment: for everything that is measured or waited for. */
  readonly monotonicMs: number;
}

/** Time as the runtime needs it, so that tests can own it. `systemClock` of src/aws is one. */
export interface Clock {
  now(): Now;
  /** Resolves after `ms`, or at once when `signal` aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
