import { setTimeout as sleep } from 'node:timers/promises';

export interface InvocationSchedule {
  /** From the start of one to the start of the next, milliseconds: EventBridge's `rate(1 minute)`. */
  readonly everyMs: number;
  /** How long one may take, milliseconds; less than `everyMs`. */
  readonly longestMs: number;
  /** @param count from 1. */
  readonly invoke: (count: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Runs one invocation after the other until `signal` aborts, each at its minute. Like EventBridge it does not ask what the
 * last one came to; unlike EventBridge it never runs two at once.
 */
export async function runInvocations(
  { everyMs, longestMs, invoke }: InvocationSchedule,
  signal: AbortSignal,
): Promise<void> {
  for (let count = 1; !signal.aborted; count += 1) {
    const dueMs = performance.now() + everyMs;
    await invoke(count, AbortSignal.any([signal, AbortSignal.timeout(longestMs)]));
    await sleep(Math.max(0, dueMs - performance.now()), undefined, { signal }).catch(() => undefined);
  }
}
