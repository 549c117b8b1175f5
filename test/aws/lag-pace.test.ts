import { beforeEach, describe, expect, it } from '@jest/globals';
import { createLagPace } from '../../src/aws/lag-pace.ts';
import type { LagDatapoint } from '../../src/aws/replication-lag.ts';
import { ManualClock } from './manual-clock.ts';

const lookMs = 10_000;
const minuteMs = 60_000;
/** How late CloudWatch has a datapoint. */
const delayMs = 75_000;

let clock: ManualClock;
let reads: number;

beforeEach(() => {
  clock = new ManualClock();
  clock.advance(10 * minuteMs);
  reads = 0;
});

/** The latest datapoint that is published by now, one a minute. */
async function published(): Promise<LagDatapoint> {
  reads += 1;
  const { monotonicMs } = clock.now();
  const stampMs = Math.floor((monotonicMs - delayMs) / minuteMs) * minuteMs;
  return { lagSeconds: stampMs / minuteMs, ageMs: monotonicMs - stampMs };
}

describe('the pace at which a lag is read', () => {
  it('is two reads a minute, and misses no datapoint', async () => {
    const paced = createLagPace(clock, lookMs);
    const seen: number[] = [];
    for (let look = 0; look < 60; look += 1) {
      const found = await paced('db', published);
      if (found !== null && seen.at(-1) !== found.lagSeconds) seen.push(found.lagSeconds);
      clock.advance(lookMs);
    }
    expect(seen).toEqual(Array.from({ length: seen.length }, (_, index) => (seen[0] ?? 0) + index));
    expect(seen.length).toBeGreaterThanOrEqual(10);
    expect(reads).toBeLessThanOrEqual(2 * 10 + 6);
  });

  it('sees each datapoint at the first look after it is there', async () => {
    const paced = createLagPace(clock, lookMs);
    let newest = -1;
    for (let look = 0; look < 60; look += 1) {
      const found = await paced('db', published);
      newest = Math.max(newest, found?.lagSeconds ?? -1);
      const { lagSeconds } = await published();
      expect(newest).toBe(lagSeconds);
      clock.advance(lookMs);
    }
  });

  it('is one read a minute where there is no such metric', async () => {
    const paced = createLagPace(clock, lookMs);
    for (let look = 0; look < 60; look += 1) {
      await paced('db', async () => {
        reads += 1;
        return null;
      });
      clock.advance(lookMs);
    }
    expect(reads).toBe(12);
  });

  it('is every look after a read that failed, or for another replica', async () => {
    const paced = createLagPace(clock, lookMs);
    const failing = paced('db', async () => Promise.reject(new Error('throttled')));
    await expect(failing).rejects.toThrow('throttled');
    expect(await paced('db', async () => null)).toBeNull();
    expect(await paced('db', published)).toBeNull();
    expect(await paced('db-b2', published)).not.toBeNull();
  });

  it('is every look where looks are a minute apart', async () => {
    const paced = createLagPace(clock, minuteMs);
    for (let look = 0; look < 5; look += 1) {
      expect(await paced('db', published)).not.toBeNull();
      clock.advance(minuteMs);
    }
  });
});
