import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../src/aws/system-clock.ts';
import { Stop } from '../../src/failover/stop.ts';

const endless = 2 ** 30;

describe("the machine's clock", () => {
  it('sleeps as long as it is asked to', async () => {
    const beganMs = systemClock.now().monotonicMs;
    await systemClock.sleep(20);
    // A timer may be a fraction of a millisecond early.
    expect(systemClock.now().monotonicMs - beganMs).toBeGreaterThan(18);
  });

  it.each([
    ['an AbortController', new AbortController()],
    ['a Stop', new Stop()],
  ])('wakes when %s aborts, before or meanwhile', async (_name, source) => {
    const signal = source instanceof Stop ? source : source.signal;
    const asleep = systemClock.sleep(endless, signal);
    source.abort();
    await asleep;
    await systemClock.sleep(endless, signal);
  });
});
