/** All invariants of the design's list; every one of them is checked after every event, or when an incident is over. */
export const checkedInvariants: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14];

/** What was found to be broken, with the moment. */
export class Breaches {
  readonly found: string[] = [];
  readonly #nowMs: () => number;
  readonly #told = new Set<string>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Notes a breach of one of the design's numbered invariants; the same one is told once. */
  must(invariant: number, holds: boolean, breach: () => string): void {
    if (holds) return;
    const words = `invariant ${invariant}: ${breach()}`;
    if (this.#told.has(words)) return;
    this.#told.add(words);
    this.found.push(`invariant ${invariant} at ${Math.round(this.#nowMs())} ms: ${breach()}`);
  }
}
