import { describe, expect, it } from '@jest/globals';
import { firstOf } from '../../src/failover/first-of.ts';
import type { StopSignal } from '../../src/failover/stop.ts';

/** Resolves with `word` when it is told to stop. */
function untilStopped(word: string): (stop: StopSignal) => Promise<string> {
  return (stop) =>
    new Promise((resolve) => {
      const end = (): void => resolve(word);
      if (stop.aborted) end();
      else stop.addEventListener('abort', end);
    });
}

describe('firstOf', () => {
  it('resolves as the first does, and stops the others', async () => {
    let stopped = false;
    const other = async (stop: StopSignal): Promise<string> => {
      await untilStopped('other')(stop);
      stopped = true;
      return 'other';
    };
    expect(await firstOf(null, async () => 'first', other)).toBe('first');
    expect(stopped).toBe(true);
  });

  it('rejects as the first does, and stops the others all the same', async () => {
    let stop: StopSignal | null = null;
    const other = (given: StopSignal): Promise<string> => {
      stop = given;
      return untilStopped('other')(given);
    };
    await expect(firstOf(null, () => Promise.reject(new Error('no')), other)).rejects.toThrow('no');
    expect(stop).toMatchObject({ aborted: true });
  });

  it('stops them all when it is itself stopped, before or meanwhile', async () => {
    expect(await firstOf(AbortSignal.abort(), untilStopped('stopped'))).toBe('stopped');
    const controller = new AbortController();
    const end = firstOf(controller.signal, untilStopped('stopped'));
    controller.abort();
    expect(await end).toBe('stopped');
  });
});
