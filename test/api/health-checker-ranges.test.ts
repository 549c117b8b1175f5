import { describe, expect, it } from '@jest/globals';
import { healthCheckerRanges, rangesOutside } from '../../src/api/health-checker-ranges.ts';

describe('rangesOutside', () => {
  it.each([
    ['a range in parts', ['15.177.0.0/20', '15.177.16.0/20'], ['15.177.0.0/18'], []],
    ['a range whose parts are allowed', ['10.0.0.0/23'], ['10.0.0.0/24', '10.0.1.0/24'], []],
    ['the part that is left', ['10.0.0.0/23'], ['10.0.0.0/24'], ['10.0.1.0/24']],
    ['a single address', ['10.0.0.7/32'], ['10.0.0.7'], []],
    ['everything allowed', healthCheckerRanges, ['0.0.0.0/0'], []],
    ['IPv6 and nonsense', ['2600:1f1c::/36', 'nonsense'], ['nonsense'], []],
    ['nothing allowed', ['10.0.0.0/24'], [], ['10.0.0.0/24']],
  ])('finds %s', (_what, ranges, allowed, expected) => {
    expect(rangesOutside(ranges, allowed)).toEqual(expected);
  });
});
