export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

interface Sample {
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  readonly value: number;
}

export interface Datapoint {
  /** Start of the period, in milliseconds since the epoch. */
  readonly atMs: number;
  readonly sum: number;
  readonly count: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** Samples of every metric, as long as CloudWatch keeps its finest ones. */
export class MetricStore {
  readonly #samples = new Map<string, Sample[]>();

  add(metric: MetricId, value: number, atMs: number): void {
    const samples = this.#samples.get(keyOf(metric)) ?? [];
    samples.push({ atMs, value });
    while ((samples[0]?.atMs ?? atMs) < atMs - retentionMs) samples.shift();
    this.#samples.set(keyOf(metric), samples);
  }

  /**
   * @param periodSeconds periods are aligned to the clock, as CloudWatch aligns them.
   * @returns one datapoint for each period that has samples, oldest first.
   */
  datapoints(metric: MetricId, fromMs: number, toMs: number, periodSeconds: number): Datapoint[] {
    const periodMs = periodSeconds * 1_000;
    const periods = new Map<number, number[]>();
    for (const { atMs, value } of this.#samples.get(keyOf(metric)) ?? []) {
      const start = Math.floor(atMs / periodMs) * periodMs;
      if (start + periodMs <= fromMs || atMs >= toMs) continue;
      periods.set(start, [...(periods.get(start) ?? []), value]);
    }
    return [...periods]
      .sort(([a], [b]) => a - b)
      .map(([atMs, values]) => ({
        atMs,
        sum: values.reduce((total, value) => total + value, 0),
        count: values.length,
        minimum: Math.min(...values),
        maximum: Math.max(...values),
      }));
  }
}

/** Source: Amazon CloudWatch User Guide, "Metrics retention": 3 hours for periods below a minute. */
const retentionMs = 3 * 60 * 60 * 1_000;

function keyOf({ namespace, name, dimensions }: MetricId): string {
  const sorted = Object.entries(dimensions).sort(([a], [b]) => a.localeCompare(b));
  return JSON.stringify([namespace, name, sorted]);
}
