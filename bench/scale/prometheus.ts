/** Metrics of /metrics: values by name and labels, as they are written. */
export type Scrape = ReadonlyMap<string, number>;

export async function scrape(url: string): Promise<Scrape> {
  const text = await (await fetch(url)).text();
  const values = new Map<string, number>();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const space = line.lastIndexOf(' ');
    values.set(line.slice(0, space), Number(line.slice(space + 1)));
  }
  return values;
}

/** The sum of all series of a metric whose labels hold every one of these. */
export function sumOf(values: Scrape, name: string, ...labels: readonly string[]): number {
  let sum = 0;
  for (const [series, value] of values) {
    const isOf = series === name || series.startsWith(`${name}{`);
    if (isOf && labels.every((label) => series.includes(label))) sum += value;
  }
  return sum;
}

/**
 * A quantile of what a histogram counted between two scrapes, as Prometheus' `histogram_quantile` has it: linear within
 * a bucket.
 *
 * @returns seconds; `null` if nothing was counted.
 */
export function quantileOf(
  before: Scrape,
  after: Scrape,
  name: string,
  label: string,
  quantile: number,
): number | null {
  const buckets = [...after]
    .filter(([series]) => series.startsWith(`${name}_bucket{`) && series.includes(label))
    .map(([series, count]) => {
      const bound = /le="([^"]+)"/.exec(series)?.[1] ?? '';
      return {
        bound: bound === '+Inf' ? Number.POSITIVE_INFINITY : Number(bound),
        count: count - (before.get(series) ?? 0),
      };
    })
    .sort((one, other) => one.bound - other.bound);
  const total = buckets.at(-1)?.count ?? 0;
  if (total === 0) return null;
  const wanted = total * quantile;
  const at = buckets.findIndex(({ count }) => count >= wanted);
  const [below, bucket] = [buckets[at - 1] ?? { bound: 0, count: 0 }, buckets[at]];
  if (bucket === undefined || !Number.isFinite(bucket.bound)) return below.bound;
  const share = (wanted - below.count) / (bucket.count - below.count);
  return Math.round((below.bound + share * (bucket.bound - below.bound)) * 10_000) / 10_000;
}
