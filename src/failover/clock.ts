import type { StopSignal } from './stop.ts';
/** One reading of an actor's clocks. */
export interface Now {
  /** Wall clock, milliseconds since the epoch: for records that people read, never compared between machines. */
  readonly wallMs: number;
  /** This process's monotonic clock, milliseconds since any fixed moment: for every window, lease and backoff. */
  readonly monotonicMs: number;
}

/** Time as the engine's driver needs it. The simulator's is virtual. */
export interface Clock {
  now(): Now;
  /** Resolves after `ms`, or at once when `signal` aborts. Never rejects. */
  sleep(ms: number, signal?: StopSignal): Promise<void>;
}
