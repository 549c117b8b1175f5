import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { minutesUntilOpen, parseBackupWindow, windowsOverlap } from '../../../src/failover/readiness/backup-window.ts';

function windowOf(text: string) {
  const window = parseBackupWindow(text);
  if (window === null) throw new Error(`${text} is a window`);
  return window;
}

const window = fc.record({ startMinute: fc.nat({ max: 1439 }), lengthMinutes: fc.integer({ min: 30, max: 600 }) });

describe('backup windows', () => {
  it.each([
    ['03:00-03:30', '03:15-03:45', true],
    ['03:00-03:30', '03:30-04:00', false],
    ['03:00-06:00', '04:00-04:30', true],
    ['23:45-00:15', '00:00-00:30', true],
    ['23:45-00:15', '00:15-00:45', false],
    ['23:45-00:15', '12:00-12:30', false],
  ])('%s and %s overlap: %s', (one, other, expected) => {
    expect(windowsOverlap(windowOf(one), windowOf(other))).toBe(expected);
  });

  it.each(['', '3:00-3:30', '24:00-00:30', '03:00', '03:60-04:00', 'mon:03:00-mon:03:30'])(
    'does not read %j',
    (text) => {
      expect(parseBackupWindow(text)).toBeNull();
    },
  );

  it.each([
    ['2026-12-01T02:45:59Z', 15],
    ['2026-12-01T03:00:00Z', 0],
    ['2026-12-01T03:29:59Z', 0],
    ['2026-12-01T03:30:00Z', 23 * 60 + 30],
  ])('at %s opens in %d minutes', (at, minutes) => {
    expect(minutesUntilOpen(windowOf('03:00-03:30'), Date.parse(at))).toBe(minutes);
  });

  it('overlap exactly if there is a minute in which both are open', () => {
    fc.assert(
      fc.property(window, window, (one, other) => {
        const isOpen = (each: typeof one, minute: number) => minutesUntilOpen(each, minute * 60_000) === 0;
        const shared = Array.from({ length: 1440 }, (_, minute) => minute).some(
          (minute) => isOpen(one, minute) && isOpen(other, minute),
        );
        expect(windowsOverlap(one, other)).toBe(shared);
      }),
    );
  });
});
