import type { Clock } from './clock.ts';

/** Whether all of it ended within the time. It goes on when it did not. */
export async function within(clock: Clock, limitMs: number, work: readonly Promise<unknown>[]): Promise<boolean> {
  const over = new AbortController();
  const ended = Promise.allSettled(work).then(() => true);
  const expired = clock.sleep(Math.max(0, limitMs), over.signal).then(() => false);
  try {
    return await Promise.race([ended, expired]);
  } finally {
    over.abort();
  }
}

/** Resolves when the signal aborts. */
export async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
