import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareRows } from '../../../src/sandbox/clients/compare-rows.ts';

const acks = (...atMs: number[]) => atMs.map((ms) => ({ id: `at-${ms}`, atMs: ms }));

describe('compareRows', () => {
  it('finds nothing lost when everything is there', () => {
    expect(compareRows(acks(1_000, 2_000), new Set(['at-1000', 'at-2000', 'unacknowledged']))).toEqual({
      acknowledgedCount: 2,
      lostCount: 0,
      lostIds: [],
      firstLostAtMs: null,
      lastLostAtMs: null,
      recoveryPointMs: null,
      rpoSeconds: 0,
    });
  });

  it('measures from the last survivor before the loss to the last lost write', () => {
    const present = new Set(['at-1000', 'at-2000', 'at-9000']);
    expect(compareRows(acks(9_000, 1_000, 2_000, 2_100, 2_600), present)).toEqual({
      acknowledgedCount: 5,
      lostCount: 2,
      lostIds: ['at-2100', 'at-2600'],
      firstLostAtMs: 2_100,
      lastLostAtMs: 2_600,
      recoveryPointMs: 2_000,
      rpoSeconds: 0.6,
    });
  });

  it('measures from the first write when nothing before the loss survived', () => {
    expect(compareRows(acks(1_000, 1_500), new Set())).toMatchObject({ recoveryPointMs: null, rpoSeconds: 0.5 });
  });

  it('loses exactly what is acknowledged and not present, whatever else is present', () => {
    const ids = fc.uniqueArray(fc.nat(50));
    fc.assert(
      fc.property(ids, ids, (acknowledged, present) => {
        const result = compareRows(acks(...acknowledged), new Set(present.map((ms) => `at-${ms}`)));
        expect(new Set(result.lostIds)).toEqual(
          new Set(acknowledged.filter((ms) => !present.includes(ms)).map((ms) => `at-${ms}`)),
        );
        expect(result.lostCount).toBe(result.lostIds.length);
        expect(result.rpoSeconds).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
