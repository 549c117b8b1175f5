import { describe, expect, it } from '@jest/globals';
import type { Observation } from '../../src/failover/observation.ts';
import { watch } from '../../src/failover/watch.ts';
import { World } from '../../src/simulator/world.ts';
import { settle, VirtualClock } from '../controller/runtime/virtual-clock.ts';

const { plan } = new World();
const answer = { answer: 'unhealthy', withoutSuccessMs: plan.windowMs, detail: '503' } as const;
const look = { sites: { primary: answer, secondary: answer } } as Observation;

/** How often a vantage looks in the given time, with the pace of trouble that is given. */
async function looksIn(forMs: number, suspectMs: () => number): Promise<number> {
  const clock = new VirtualClock();
  const over = new AbortController();
  let looks = 0;
  const vantage = {
    look: async () => {
      looks += 1;
      return look;
    },
  };
  const watching = watch(
    vantage,
    {
      plan,
      clock,
      suspectMs,
      suspect: () => true,
      active: () => 'primary',
      onLook: () => {},
      hurried: () => new Promise(() => {}),
    },
    over.signal,
  );
  await clock.advance(forMs);
  over.abort();
  await settle();
  await watching;
  return looks;
}

describe('how often a vantage looks at a plan in trouble', () => {
  it('is what its actor can do for as many as it has, by now', async () => {
    expect(await looksIn(59_500, () => 1_000)).toBe(60);
    expect(await looksIn(59_500, () => 5_000)).toBe(12);
    let suspectMs = 10_000;
    const fewer = looksIn(29_500, () => {
      suspectMs = Math.max(1_000, suspectMs / 10);
      return suspectMs;
    });
    expect(await fewer).toBe(30);
  });
});
