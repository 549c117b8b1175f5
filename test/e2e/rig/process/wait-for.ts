import { setTimeout as pause } from 'node:timers/promises';
import { logTails } from './daemon.ts';

export interface WaitOptions {
  /** @default 30_000 */
  readonly limitMs?: number;
  /** @default 100 */
  readonly everyMs?: number;
}

/**
 * Waits until the probe gives something other than `undefined` or `false`, and returns it. A probe that throws has not
 * succeeded yet.
 *
 * @param what what is waited for, as a clause: "the XR is ready".
 * @throws Error with the probe's last error and the ends of the rig's logs.
 */
export async function waitFor<T>(
  what: string,
  probe: () => Promise<T | undefined | false>,
  { limitMs = 30_000, everyMs = 100 }: WaitOptions = {},
): Promise<T> {
  const deadline = performance.now() + limitMs;
  let lastError: unknown;
  for (;;) {
    try {
      const result = await probe();
      if (result !== undefined && result !== false) {
        return result;
      }
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    if (performance.now() > deadline) {
      const why = lastError instanceof Error ? ` (${lastError.message})` : '';
      throw new Error(`within ${limitMs / 1_000} s this did not happen: ${what}${why}\n${logTails()}`, {
        cause: lastError,
      });
    }
    await pause(everyMs);
  }
}
