import type { Clock } from './clock.ts';

/** A limit on silence. */
export interface Watchdog {
  /** Says that something was heard: the limit counts from now. */
  touch(): void;
  /** Ends it; it will not expire. */
  stop(): void;
}

/** Calls `onExpired` once nothing was heard for `limitMs`. */
export function startWatchdog(clock: Clock, limitMs: number, onExpired: () => void): Watchdog {
  const over = new AbortController();
  let heardAtMs = clock.now().monotonicMs;
  const guard = async (): Promise<void> => {
    while (!over.signal.aborted) {
      const leftMs = heardAtMs + limitMs - clock.now().monotonicMs;
      if (leftMs <= 0) {
        onExpired();
        return;
      }
      await clock.sleep(leftMs, over.signal);
    }
  };
  void guard();
  return {
    touch: () => {
      heardAtMs = clock.now().monotonicMs;
    },
    stop: () => over.abort(),
  };
}
