import { setTimeout as pause } from 'node:timers/promises';

/** Resolves once the condition holds. @throws Error with what it waited for, after 10 s. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const limitMs = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > limitMs) throw new Error(`waited in vain until ${what}`);
    await pause(2);
  }
}
