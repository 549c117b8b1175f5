import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../failover/clock.ts';

/** The machine's clocks. `performance.now()` is monotonic: it never jumps with the wall clock. */
export const systemClock: Clock = {
  now: () => ({ wallMs: Date.now(), monotonicMs: performance.now() }),
  async sleep(ms, signal) {
    // The only rejection is the signal's, which is an ordinary end of a sleep here.
    await delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => {});
  },
};
