import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { OutageLog, outageAfter } from '../../../src/sandbox/clients/outage-log.ts';

describe('outageAfter', () => {
  it.each([
    { why: 'an outage that is over', good: [100, 200, 900, 1000], last: 200, first: 900, ms: 700 },
    { why: 'answers that were on their way', good: [100, 200, 260, 900], last: 260, first: 900, ms: 640 },
    { why: 'the longest of several gaps', good: [100, 200, 400, 900, 950], last: 400, first: 900, ms: 500 },
    { why: 'no gap from before the fault', good: [10, 249, 300, 980], last: 300, first: 980, ms: 680 },
    { why: 'an outage that lasts', good: [100, 200], last: 200, first: null, ms: null },
    { why: 'one that lasts after late answers', good: [100, 200, 260], last: 260, first: null, ms: null },
    { why: 'nothing good ever', good: [], last: null, first: null, ms: null },
    { why: 'nothing good before', good: [1_000], last: null, first: 1_000, ms: null },
  ])('sees $why', ({ good, last, first, ms }) => {
    expect(outageAfter(good, 250, 1_000)).toEqual({ lastGoodBeforeMs: last, firstGoodAfterMs: first, durationMs: ms });
  });

  it('gives the widest gap between neighbours of which the later one, if any, came after the fault', () => {
    const times = fc.uniqueArray(fc.nat(10_000), { minLength: 2 }).map((all) => all.sort((a, b) => a - b));
    fc.assert(
      fc.property(times, fc.nat(10_000), (good, fault) => {
        const untilMs = 10_001;
        // The first good answer has nothing before it to measure from.
        fc.pre((good[0] ?? 0) <= fault);
        const gaps = [...good, untilMs].flatMap((atMs, index) => {
          const before = good[index - 1];
          return before === undefined || atMs <= fault ? [] : [atMs - before];
        });
        const { lastGoodBeforeMs, firstGoodAfterMs, durationMs } = outageAfter(good, fault, untilMs);
        expect((firstGoodAfterMs ?? untilMs) - (lastGoodBeforeMs ?? 0)).toBe(Math.max(...gaps));
        expect(firstGoodAfterMs ?? untilMs).toBeGreaterThan(fault);
        expect(durationMs === null).toBe(firstGoodAfterMs === null);
      }),
    );
  });
});

describe('OutageLog', () => {
  it('counts errors by kind, and puts acknowledgements in the order of their times', () => {
    const log = new OutageLog();
    log.record({ id: 'b', atMs: 20, outcome: 'acknowledged' });
    log.record({ id: 'a', atMs: 10, outcome: 'acknowledged' });
    log.record({ id: 'c', atMs: 30, outcome: 'timeout' });
    log.record({ id: 'd', atMs: 31, outcome: 'timeout' });
    log.record({ id: 'e', atMs: 32, outcome: 'status-503' });
    log.record({ id: 'f', atMs: 1_010, outcome: 'acknowledged' });
    expect(log.acknowledged.map(({ id }) => id)).toEqual(['a', 'b', 'f']);
    expect(log.errors).toEqual({ timeout: 2, 'status-503': 1 });
    expect(log.outage(25)).toEqual({ lastGoodBeforeMs: 20, firstGoodAfterMs: 1_010, durationMs: 990 });
    expect(log.ratePerSecond(0, 1_000)).toBe(2);
  });
});
