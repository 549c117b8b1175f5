/**
 * The writes that clients were told are kept, without keeping each: clients write without a pause while they can, so
 * the moments in which they could say which writes there are.
 */
export class WriteLog {
  /** Where its history came from: all of that log's writes up to a moment. */
  readonly #inherited: { readonly log: WriteLog; readonly upToMs: number } | null;
  readonly #spans: { readonly fromMs: number; toMs: number }[] = [];
  #open = false;

  constructor(inherited: { readonly log: WriteLog; readonly upToMs: number } | null = null) {
    this.#inherited = inherited;
  }

  /** Clients can write from now on, or no more. */
  accept(isOpen: boolean, nowMs: number): void {
    const latest = this.#spans.at(-1);
    if (this.#open && latest !== undefined) latest.toMs = nowMs;
    if (isOpen && !this.#open) this.#spans.push({ fromMs: nowMs, toMs: nowMs });
    this.#open = isOpen;
  }

  /** Moment of the latest write that it took itself; `-Infinity`: none. */
  get latestMs(): number {
    return this.#spans.at(-1)?.toMs ?? Number.NEGATIVE_INFINITY;
  }

  /** How many milliseconds of writes it took between two moments. */
  writtenMs(fromMs: number, toMs = Number.POSITIVE_INFINITY): number {
    let sum = 0;
    for (const span of this.#spans) sum += Math.max(0, Math.min(span.toMs, toMs) - Math.max(span.fromMs, fromMs));
    return sum;
  }

  /** How many milliseconds of the other log's writes are not in this one's history; those before `untilMs`. */
  missesOf(other: WriteLog, untilMs = Number.POSITIVE_INFINITY): number {
    for (let history: WriteLog | null = this; history !== null; history = history.#inherited?.log ?? null) {
      if (history === other) return 0;
      if (history.#inherited?.log === other) return other.writtenMs(history.#inherited.upToMs, untilMs);
    }
    return other.writtenMs(Number.NEGATIVE_INFINITY, untilMs);
  }
}
