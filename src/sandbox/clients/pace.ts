import { setTimeout as sleep } from 'node:timers/promises';

// Timers are not exact: what they miss is made up for, but not what a process missed that stood still for longer.
const longestCatchUpMs = 100;

/** Calls `tick` at a steady rate until `signal` aborts. A rate that timers cannot keep is kept in small bunches. */
export async function pace(perSecond: number, signal: AbortSignal, tick: () => void): Promise<void> {
  const intervalMs = 1_000 / perSecond;
  let dueMs = performance.now();
  while (!signal.aborted) {
    const nowMs = performance.now();
    dueMs = Math.max(dueMs, nowMs - longestCatchUpMs);
    for (; dueMs <= nowMs; dueMs += intervalMs) tick();
    await sleep(dueMs - nowMs, undefined, { signal }).catch(() => {});
  }
}
