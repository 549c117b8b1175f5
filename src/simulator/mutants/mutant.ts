/**
 * A deliberate bug. The simulator must catch each: one that survives says that the simulator checks less than it
 * claims, and is mended there.
 */
export interface Mutant {
  readonly name: string;
  /** From the root of the sources; the text stands in it exactly once. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** Invariants by the design's numbers, any of which may be the first to show it. */
  readonly breaks: readonly number[];
  /** What it would do to people. */
  readonly matters: string;
}
