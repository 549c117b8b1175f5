import type { StopSignal } from './stop.ts';
/** Wakes whoever waits; a ring that nobody waited for is kept until somebody does. */
export interface Bell {
  ring(): void;
  /** Resolves at the next ring, at once if one is kept, or when `signal` aborts. */
  rung(signal: StopSignal): Promise<void>;
}

export function createBell(): Bell {
  const waiting = new Set<() => void>();
  let kept = false;
  return {
    ring() {
      kept = waiting.size === 0;
      for (const wake of waiting) wake();
      waiting.clear();
    },
    rung(signal) {
      if (kept || signal.aborted) {
        kept = false;
        return Promise.resolve();
      }
      return new Promise((resolve) => {
        waiting.add(resolve);
        signal.addEventListener('abort', () => {
          waiting.delete(resolve);
          resolve();
        });
      });
    },
  };
}
