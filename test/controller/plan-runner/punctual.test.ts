import { describe, expect, it } from '@jest/globals';
import { untilPunctual } from '../../../controller/plan-runner/punctual.ts';
import type { Clock } from '../../../controller/runtime/clock.ts';

/** A process whose timers are so late, one after the other; on time after the last. */
function process(...lateMs: number[]): Clock & { readonly passedMs: () => number } {
  let nowMs = 1_000;
  return {
    now: () => ({ wallMs: nowMs, monotonicMs: nowMs }),
    sleep: async (ms) => {
      nowMs += ms + (lateMs.shift() ?? 0);
    },
    passedMs: () => nowMs - 1_000,
  };
}

const never = new AbortController().signal;

describe('waiting until a process is on time', () => {
  it.each([
    ['at once where it is', [0], 10],
    ['as long as it is not', [110, 105, 3], 248],
    ['but not for ever', [110, 110, 110, 110, 110], 360],
  ])('ends %s', async (_, late, passedMs) => {
    const clock = process(...late);
    await untilPunctual(clock, never);
    expect(clock.passedMs()).toBe(passedMs);
  });

  it('ends when it is called off', async () => {
    const clock = process(100, 100);
    await untilPunctual(clock, AbortSignal.abort());
    expect(clock.passedMs()).toBe(0);
  });
});
