import { formatDuration } from '../../api/duration.ts';

/** From here on fractions of a second only clutter a message. */
const coarseFromMs = 10_000;

/** A measured length of time as people write it: `42s`, `3m1s`, `1s250ms`. */
export function spanText(ms: number): string {
  const grainMs = ms >= coarseFromMs ? 1000 : 1;
  const rounded = Math.round(ms / grainMs) * grainMs;
  return Number.isSafeInteger(rounded) && rounded >= 0 ? formatDuration(rounded) : `${ms} ms`;
}
