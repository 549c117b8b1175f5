/** What became of one thing that a client tried, at the moment that the client knew. */
export interface Attempt {
  readonly id: string;
  /** Wall clock, milliseconds since the epoch. */
  readonly atMs: number;
  /** `acknowledged`, or the kind of error, such as `timeout`, `ECONNRESET`, `status-503`. */
  readonly outcome: string;
}

/** The answer that counts. */
export const acknowledged = 'acknowledged';

/** An outage as a client saw it. */
export interface Outage {
  /** Wall clock, milliseconds since the epoch; null if there never was a good answer. */
  readonly lastGoodBeforeMs: number | null;
  /** Null while the outage lasts. */
  readonly firstGoodAfterMs: number | null;
  /** Null while the outage lasts: from the last good answer before to the first good answer after. */
  readonly durationMs: number | null;
}

/** Everything that one client has tried. Only looks at what it is told: no clock of its own. */
export class OutageLog {
  readonly #attempts: Attempt[] = [];

  record(attempt: Attempt): void {
    this.#attempts.push(attempt);
  }

  /** In the order of their times. */
  get acknowledged(): readonly Attempt[] {
    return this.#attempts.filter(({ outcome }) => outcome === acknowledged).sort((a, b) => a.atMs - b.atMs);
  }

  /** How often each kind of error came. */
  get errors(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { outcome } of this.#attempts) {
      if (outcome !== acknowledged) counts[outcome] = (counts[outcome] ?? 0) + 1;
    }
    return counts;
  }

  /** Acknowledgements per second between two times. */
  ratePerSecond(fromMs: number, toMs: number): number {
    const count = this.acknowledged.filter(({ atMs }) => atMs >= fromMs && atMs < toMs).length;
    return toMs > fromMs ? (count * 1_000) / (toMs - fromMs) : 0;
  }

  /** See {@link outageAfter}. */
  outage(faultAtMs: number): Outage {
    return outageAfter(
      this.acknowledged.map(({ atMs }) => atMs),
      faultAtMs,
    );
  }
}

/**
 * The longest time without a good answer that ended after a fault, or has not ended. Answers that were on their way
 * when the fault struck still arrive, so the outage need not begin at the fault itself.
 *
 * @param goodMs times of good answers, in order.
 */
export function outageAfter(goodMs: readonly number[], faultAtMs: number): Outage {
  const last = goodMs.at(-1);
  if (last === undefined || last <= faultAtMs) {
    return { lastGoodBeforeMs: last ?? null, firstGoodAfterMs: null, durationMs: null };
  }
  let longest: Outage | null = null;
  for (const [index, firstGoodAfterMs] of goodMs.entries()) {
    if (firstGoodAfterMs <= faultAtMs) continue;
    const lastGoodBeforeMs = goodMs[index - 1] ?? null;
    const durationMs = lastGoodBeforeMs === null ? null : firstGoodAfterMs - lastGoodBeforeMs;
    if (longest === null || (durationMs ?? 0) > (longest.durationMs ?? 0)) {
      longest = { lastGoodBeforeMs, firstGoodAfterMs, durationMs };
    }
  }
  return longest ?? { lastGoodBeforeMs: last, firstGoodAfterMs: null, durationMs: null };
}
