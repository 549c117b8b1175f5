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
  /** From the last good answer before to the first good answer after; null while either is missing. */
  readonly durationMs: number | null;
}

/** Everything that one client has tried. Only looks at what it is told: no clock of its own. */
export class OutageLog {
  /** In the order of their times. */
  readonly #acknowledged: Attempt[] = [];
  readonly #errors = new Map<string, number>();
  #lastAttemptMs = Number.NEGATIVE_INFINITY;

  record(attempt: Attempt): void {
    this.#lastAttemptMs = Math.max(this.#lastAttemptMs, attempt.atMs);
    if (attempt.outcome !== acknowledged) {
      this.#errors.set(attempt.outcome, (this.#errors.get(attempt.outcome) ?? 0) + 1);
      return;
    }
    // Attempts come almost in order: the place of a late one is near the end.
    let place = this.#acknowledged.length;
    while (place > 0 && (this.#acknowledged[place - 1]?.atMs ?? 0) > attempt.atMs) place -= 1;
    this.#acknowledged.splice(place, 0, attempt);
  }

  /** In the order of their times. */
  get acknowledged(): readonly Attempt[] {
    return this.#acknowledged;
  }

  /** How often each kind of error came. */
  get errors(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#errors);
  }

  /** Acknowledgements per second between two times. */
  ratePerSecond(fromMs: number, toMs: number): number {
    const count = this.#acknowledged.filter(({ atMs }) => atMs >= fromMs && atMs < toMs).length;
    return toMs > fromMs ? (count * 1_000) / (toMs - fromMs) : 0;
  }

  /** The outage after a fault, as far as the last attempt tells; see {@link outageAfter}. */
  outage(faultAtMs: number): Outage {
    const goodMs = this.#acknowledged.map(({ atMs }) => atMs);
    return outageAfter(goodMs, faultAtMs, this.#lastAttemptMs);
  }
}

/**
 * The longest time without a good answer that ended after a fault, or has not ended. Answers that were on their way
 * when the fault struck still arrive, so the outage need not begin at the fault itself.
 *
 * @param goodMs times of good answers, in order.
 * @param untilMs how far this is known: if the time since the last good answer is the longest, the outage lasts.
 */
export function outageAfter(goodMs: readonly number[], faultAtMs: number, untilMs: number): Outage {
  const last = goodMs.at(-1) ?? null;
  const lasting: Outage = { lastGoodBeforeMs: last, firstGoodAfterMs: null, durationMs: null };
  if (last === null || last <= faultAtMs) return lasting;
  const over = longestGap(goodMs, faultAtMs);
  return untilMs - last > (over.durationMs ?? 0) ? lasting : over;
}

/** Of the gaps that a good answer after `faultAtMs` ended; there is at least one. */
function longestGap(goodMs: readonly number[], faultAtMs: number): Outage {
  const firstAfter = goodMs.findIndex((atMs) => atMs > faultAtMs);
  const gaps = goodMs.slice(firstAfter).map((firstGoodAfterMs, index): Outage => {
    const lastGoodBeforeMs = goodMs[firstAfter + index - 1] ?? null;
    const durationMs = lastGoodBeforeMs === null ? null : firstGoodAfterMs - lastGoodBeforeMs;
    return { lastGoodBeforeMs, firstGoodAfterMs, durationMs };
  });
  return gaps.reduce((longest, gap) => ((gap.durationMs ?? 0) > (longest.durationMs ?? 0) ? gap : longest));
}
