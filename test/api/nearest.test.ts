import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nearest } from '../../src/api/nearest.ts';

const words = ['environment', 'accountId', 'domain', 'primary', 'secondary', 'instances', 'database', 'tables'];

describe('nearest', () => {
  it('finds a word with one letter missing', () => {
    fc.assert(
      fc.property(fc.constantFrom(...words), fc.nat(), (word, position) => {
        const at = position % word.length;
        expect(nearest(word.slice(0, at) + word.slice(at + 1), words)).toBe(word);
      }),
    );
  });

  it('finds a word with two letters swapped', () => {
    fc.assert(
      fc.property(fc.constantFrom(...words), fc.nat(), (word, position) => {
        const at = position % (word.length - 1);
        const swapped = word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2);
        expect(nearest(swapped, words)).toBe(word);
      }),
    );
  });

  it('does not mind capitals', () => {
    expect(nearest('ACCOUNTID', words)).toBe('accountId');
  });

  it('says nothing rather than something far away', () => {
    expect(nearest('colour', words)).toBeUndefined();
    expect(nearest('x', ['a', 'b'])).toBeUndefined();
  });

  it('returns a candidate or nothing, and a candidate for itself', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), (word, candidates) => {
        expect([undefined, ...candidates]).toContain(nearest(word, candidates));
      }),
    );
    for (const word of words) {
      expect(nearest(word, words)).toBe(word);
    }
  });
});
