import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openKey, switchObjectBody, switchSearchString, takeoverKey } from '../../src/api/switch-objects.ts';

describe('switch objects', () => {
  const term = fc.integer({ min: 1, max: 100_000 });
  const plan = fc.stringMatching(/^[a-z][a-z0-9-]{0,61}[a-z0-9]$/);

  it('are found by the search of their own plan and term alone', () => {
    fc.assert(
      fc.property(plan, term, plan, term, (plan, term, otherPlan, otherTerm) => {
        const isOwn = plan === otherPlan && term === otherTerm;
        expect(switchObjectBody(plan, term).includes(switchSearchString(otherPlan, otherTerm))).toBe(isOwn);
      }),
    );
  });

  it('are not found by the search of a term that begins with the same digits', () => {
    expect(switchObjectBody('trading', 21)).not.toContain(switchSearchString('trading', 2));
  });

  it('are searched for by no more characters than Route 53 takes', () => {
    expect(switchSearchString('a'.repeat(63), Number.MAX_SAFE_INTEGER).length).toBeLessThanOrEqual(255);
  });

  it('have keys below open/ and takeover/, which the bucket policy names', () => {
    expect([openKey(3), takeoverKey(4)]).toEqual(['open/3', 'takeover/4']);
  });
});
