import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { OutageLog, outageAfter } from '../../../src/sandbox/clients/outage-log.ts';

describe('outageAfter', () => {
  it.each([
    { why: 'an outage that is over', good: [100, 200, 900, 1000], fault: 250, last: 200, first: 900, ms: 700 },
    { why: 'answers that were on their way', good: [100, 200, 260, 900], fault: 250, last: 260, first: 900, ms: 640 },
    { why: 'the longest of several gaps', good: [100, 200, 400, 900, 950], fault: 250, last: 400, first: 900, ms: 500 },
    { why: 'no gap from before the fault', good: [100, 800, 850, 900], fault: 820, last: 800, first: 850, ms: 50 },
    { why: 'an outage that lasts', good: [100, 200], fault: 250, last: 200, first: null, ms: null },
    { why: 'nothing good ever', good: [], fault: 250, last: null, first: null, ms: null },
    { why: 'nothing good before', good: [300], fault: 250, last: null, first: 300, ms: null },
  ])('sees $why', ({ good, fault, last, first, ms }) => {
    expect(outageAfter(good, fault)).toEqual({ lastGoodBeforeMs: last, firstGoodAfterMs: first, durationMs: ms });
  });

  it('gives two neighbours among the good answers, the later one after the fault, none further apart', () => {
    const times = fc.uniqueArray(fc.nat(10_000), { minLength: 2 }).map((all) => all.sort((a, b) => a - b));
    fc.assert(
      fc.property(times, fc.nat(10_000), (good, fault) => {
        const { lastGoodBeforeMs, firstGoodAfterMs, durationMs } = outageAfter(good, fault);
        if (firstGoodAfterMs === null) {
          expect(good.every((atMs) => atMs <= fault)).toBe(true);
          return;
        }
        expect(firstGoodAfterMs).toBeGreaterThan(fault);
        const gaps = good.flatMap((atMs, index) => {
          const before = good[index - 1];
          return before === undefined || atMs <= fault ? [] : [atMs - before];
        });
        expect(durationMs ?? 0).toBe(Math.max(0, ...gaps));
        if (lastGoodBeforeMs !== null) expect(firstGoodAfterMs - lastGoodBeforeMs).toBe(durationMs);
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
