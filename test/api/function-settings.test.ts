import { describe, expect, it } from '@jest/globals';
import { alarmsThatWake } from '../../compositions/regional-stack/alarm-names.ts';
import { functionSettings } from '../../src/api/function-settings.ts';
import { databaseSlots, functionNames } from '../../src/api/names.ts';
import { defaultTiming } from '../../src/failover/timing.ts';
import { appOf } from '../compositions/regional-stack/rendered-site.ts';

const { failover, prober } = functionSettings;
/** What a function that was told to end may still need: the calls under way. */
const lastCallsSeconds = (2 * defaultTiming.callMs) / 1000;

describe('how the functions run', () => {
  it.each(functionNames)('tells a %s that hung from one that ended by itself', (name) => {
    const { longSeconds, timeoutSeconds } = functionSettings[name];
    expect(longSeconds).toBeLessThan(timeoutSeconds);
    expect(longSeconds).toBeGreaterThan(timeoutSeconds * 0.85);
  });

  it('lets the one that acts hand over before it counts as long, and the next one be there already', () => {
    const handsOverSeconds = failover.timeoutSeconds - defaultTiming.leaseMs / 1000;
    expect(handsOverSeconds + lastCallsSeconds).toBeLessThanOrEqual(failover.longSeconds);
    // Its successor has watched for longer than a lease and than the default window of 30 s.
    expect(handsOverSeconds - failover.everySeconds).toBeGreaterThan(30);
  });

  it('throttles nothing, however long an operation takes, and whatever wakes it', () => {
    const bySchedule = Math.ceil(failover.timeoutSeconds / failover.everySeconds);
    expect(bySchedule).toBe(2);
    // A site has one database, though it has a slot for the next.
    const byAlarm = alarmsThatWake(appOf()).length - (databaseSlots.length - 1);
    const byPerson = 1;
    expect(failover.reservedConcurrency).toBeGreaterThanOrEqual(bySchedule + byAlarm + byPerson);
    expect(prober.reservedConcurrency).toBeGreaterThanOrEqual(Math.ceil(prober.timeoutSeconds / prober.everySeconds));
  });

  it('retries nothing that is started again within a minute', () => {
    for (const name of functionNames) {
      const { everySeconds, retries } = functionSettings[name];
      expect({ name, retries: retries > 0 }).toEqual({ name, retries: everySeconds > 60 });
    }
  });
});
