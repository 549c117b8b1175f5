/**
 * Wall clock, milliseconds since the epoch with fractions. Unlike Date.now it never jumps while the process lives, so
 * two readings of one process can be subtracted.
 */
export function wallMs(): number {
  return performance.timeOrigin + performance.now();
}
