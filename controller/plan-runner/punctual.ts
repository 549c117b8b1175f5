import type { Clock } from '../runtime/clock.ts';

/** A process whose timers are later than this is busy with what it has. */
const lateMs = 100;
const napMs = 10;
/** Nobody waits longer for it: what makes it late may last. */
const longestMs = 250;

/**
 * Waits until this process is on time. Whoever begins much, one thing after the other, comes by here before each: a look
 * that is answered in time and heard too late looks like an outage, and the looks that follow it make a process later yet.
 */
export async function untilPunctual(clock: Clock, signal: AbortSignal): Promise<void> {
  const sinceMs = clock.now().monotonicMs;
  for (let beganMs = sinceMs; !signal.aborted; ) {
    await clock.sleep(napMs, signal);
    const nowMs = clock.now().monotonicMs;
    if (nowMs - beganMs - napMs < lateMs || nowMs - sinceMs >= longestMs) return;
    beganMs = nowMs;
  }
}
