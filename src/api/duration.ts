import parse from 'parse-duration';
import { z } from 'zod';

/**
 * Whole numbers, each with a unit: `30s`, `1m30s`, `500ms`. parse-duration alone would also take `1.5m`, `5 minutes` or
 * `30s banana`, so the pattern decides what is a duration and the library only adds up.
 */
const durationPattern = /^([0-9]+(d|h|m|s|ms))+$/;

/** A length of time as people write it, such as `30s`, `5m`, `1m30s` or `500ms`. {@link durationMs} gives the number. */
export type Duration = string;

export const durationSchema = z
  .string()
  .max(32)
  .regex(durationPattern, 'is not a duration such as 30s, 5m, 1m30s or 500ms')
  .meta({ title: 'Duration' });

/**
 * Milliseconds of a duration.
 *
 * @throws RangeError if the text is not a duration; anything that passed a schema of this folder is one.
 *
 * @example
 * durationMs('1m30s'); // 90000
 */
export function durationMs(duration: Duration): number {
  const ms = durationPattern.test(duration) ? parse(duration) : null;
  if (ms === null) {
    throw new RangeError(`"${duration}" is not a duration such as 30s, 5m, 1m30s or 500ms`);
  }
  return ms;
}

/**
 * The shortest text for a number of whole milliseconds, as {@link durationMs} reads it.
 *
 * @example
 * formatDuration(90_000); // '1m30s'
 */
export function formatDuration(totalMs: number): Duration {
  if (!Number.isSafeInteger(totalMs) || totalMs < 0) {
    throw new RangeError(`${totalMs} is not a whole number of milliseconds`);
  }
  let restMs = totalMs;
  let text = '';
  for (const [unit, unitMs] of units) {
    const count = Math.floor(restMs / unitMs);
    if (count > 0) {
      text += `${count}${unit}`;
      restMs -= count * unitMs;
    }
  }
  return text === '' ? '0s' : text;
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;
