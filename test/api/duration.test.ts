import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { durationMs, durationSchema, formatDuration } from '../../src/api/duration.ts';

describe('durationMs', () => {
  it.each([
    ['30s', 30_000],
    ['5m', 300_000],
    ['1m30s', 90_000],
    ['500ms', 500],
    ['0s', 0],
    ['1d2h3m4s5ms', 93_784_005],
  ])('%s is %d ms', (text, ms) => {
    expect(durationMs(text)).toBe(ms);
  });

  it.each(['', '30', 's', '1.5m', '-5s', '5 m', '30s banana', '5M', '1w', '١s'])('refuses %j', (text) => {
    expect(() => durationMs(text)).toThrow(RangeError);
    expect(durationSchema.safeParse(text).success).toBe(false);
  });

  it('reads back what formatDuration writes', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000_000), (ms) => {
        const text = formatDuration(ms);
        expect(durationSchema.safeParse(text).success).toBe(true);
        expect(durationMs(text)).toBe(ms);
      }),
    );
  });

  it('accepts the same texts as the schema, whatever the text', () => {
    const pieces = fc.constantFrom('1', '30', 'd', 'h', 'm', 's', 'ms', ' ', '.', '-');
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
        const text = parts.join('');
        let isRead = true;
        try {
          expect(durationMs(text)).toBeGreaterThanOrEqual(0);
        } catch {
          isRead = false;
        }
        expect(isRead).toBe(durationSchema.safeParse(text).success);
      }),
    );
  });
});

describe('formatDuration', () => {
  it('uses the largest units', () => {
    expect(formatDuration(90_000)).toBe('1m30s');
    expect(formatDuration(0)).toBe('0s');
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d', (ms) => {
    expect(() => formatDuration(ms)).toThrow(RangeError);
  });
});
