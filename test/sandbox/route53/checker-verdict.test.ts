import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type CheckerVerdict,
  isHealthyToMost,
  newVerdict,
  nextVerdict,
} from '../../../src/sandbox/route53/checker-verdict.ts';

function verdictAfter(
  results: readonly boolean[],
  failureThreshold: number,
  start: CheckerVerdict = newVerdict,
): boolean {
  return results.reduce((verdict, result) => nextVerdict(verdict, result, failureThreshold), start).healthy;
}

const ok = true;
const bad = false;

describe('nextVerdict', () => {
  it.each([
    { results: [], threshold: 3, healthy: true },
    { results: [bad, bad], threshold: 3, healthy: true },
    { results: [bad, bad, bad], threshold: 3, healthy: false },
    { results: [bad, bad, ok, bad, bad], threshold: 3, healthy: true },
    { results: [bad, bad, bad, ok, ok], threshold: 3, healthy: false },
    { results: [bad, bad, bad, ok, ok, ok], threshold: 3, healthy: true },
    { results: [bad], threshold: 1, healthy: false },
    { results: [bad, ok], threshold: 1, healthy: true },
  ])('$results with threshold $threshold: healthy $healthy', ({ results, threshold, healthy }) => {
    expect(verdictAfter(results, threshold)).toBe(healthy);
  });

  it('agrees with the last results whenever enough of them agree with one another', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean()), fc.integer({ min: 1, max: 10 }), fc.boolean(), (past, threshold, now) => {
        const results = [...past, ...Array.from({ length: threshold }, () => now)];
        expect(verdictAfter(results, threshold)).toBe(now);
      }),
    );
  });
});

describe('isHealthyToMost', () => {
  it.each([
    { healthy: 0, total: 8, verdict: false },
    { healthy: 1, total: 8, verdict: false },
    { healthy: 2, total: 8, verdict: true },
    { healthy: 18, total: 100, verdict: false },
    { healthy: 19, total: 100, verdict: true },
    { healthy: 1, total: 1, verdict: true },
  ])('$healthy of $total: $verdict', ({ healthy, total, verdict }) => {
    const verdicts = Array.from({ length: total }, (_, index) => ({ healthy: index < healthy, contradictions: 0 }));
    expect(isHealthyToMost(verdicts)).toBe(verdict);
  });
});
