import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Answer, SiteSight } from '../../src/aws/site-sight.ts';
import { ManualClock } from './manual-clock.ts';

const healthy: Answer = { answer: 'healthy', detail: '' };
const unreachable: Answer = { answer: 'unreachable', detail: '' };

describe('the sight of a site', () => {
  it('counts from the first look if there never was a success', async () => {
    const clock = new ManualClock();
    const sight = new SiteSight(clock, 20_000);
    expect((await sight.look(async () => unreachable)).withoutSuccessMs).toBe(0);
    clock.advance(10_000);
    expect((await sight.look(async () => unreachable)).withoutSuccessMs).toBe(10_000);
  });

  it('counts the time that a failing probe itself takes', async () => {
    const clock = new ManualClock();
    const sight = new SiteSight(clock, 20_000);
    await sight.look(async () => healthy);
    clock.advance(10_000);
    const look = await sight.look(async () => {
      clock.advance(2_000);
      return unreachable;
    });
    expect(look.withoutSuccessMs).toBe(12_000);
  });

  it('knows how old the last success is, through gaps too, and that there was none', async () => {
    const clock = new ManualClock();
    const sight = new SiteSight(clock, 20_000);
    expect((await sight.look(async () => unreachable)).sinceSuccessMs).toBeUndefined();
    await sight.look(async () => healthy);
    clock.advance(3_600_000);
    expect((await sight.look(async () => unreachable)).sinceSuccessMs).toBe(3_600_000);
  });

  it('begins anew after a gap in which nobody looked', async () => {
    const clock = new ManualClock();
    const sight = new SiteSight(clock, 20_000);
    await sight.look(async () => healthy);
    clock.advance(3_600_000);
    expect((await sight.look(async () => unreachable)).withoutSuccessMs).toBe(0);
  });

  it('never claims more time without success than was looked at since the last one', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ waitMs: fc.nat(60_000), takesMs: fc.nat(5_000), up: fc.boolean() }), { maxLength: 30 }),
        async (looks) => {
          const clock = new ManualClock();
          const maxGapMs = 20_000;
          const sight = new SiteSight(clock, maxGapMs);
          let coveredMs = 0;
          for (const { waitMs, takesMs, up } of looks) {
            clock.advance(waitMs);
            const { withoutSuccessMs } = await sight.look(async () => {
              clock.advance(takesMs);
              return up ? healthy : unreachable;
            });
            coveredMs = up ? 0 : takesMs + (waitMs > maxGapMs ? 0 : coveredMs + waitMs);
            expect(withoutSuccessMs).toBeLessThanOrEqual(coveredMs);
            if (up) expect(withoutSuccessMs).toBe(0);
          }
        },
      ),
    );
  });
});
