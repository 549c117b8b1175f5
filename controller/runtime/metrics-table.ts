import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What is known of a metric before it has a value. */
export interface MetricDefinition {
  readonly type: 'gauge' | 'counter' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram. */
  readonly buckets?: readonly number[];
}

type MetricOf<Definition extends MetricDefinition> = Definition['type'] extends 'gauge'
  ? Gauge<Definition['labels'][number]>
  : Definition['type'] extends 'counter'
    ? Counter<Definition['labels'][number]>
    : Histogram<Definition['labels'][number]>;

/** The metrics of a table, by their names there, each with its type and its labels. */
export type MetricsOf<Table extends Readonly<Record<string, MetricDefinition>>> = {
  readonly [Name in keyof Table]: MetricOf<Table[Name]>;
};

/**
 * Makes the metrics of a table and registers them.
 *
 * @throws Error when the registry has one of that name.
 */
export function registerMetrics<const Table extends Readonly<Record<string, MetricDefinition>>>(
  registry: Registry,
  table: Table,
): MetricsOf<Table> {
  const made = Object.entries(table).map(([name, definition]) => [name, metricOf(registry, name, definition)]);
  // Each is made by its own definition, which TypeScript does not follow through the entries.
  return Object.fromEntries(made) as MetricsOf<Table>;
}

function metricOf(registry: Registry, name: string, { type, help, labels, buckets }: MetricDefinition): object {
  const common = { name, help, labelNames: labels, registers: [registry] };
  switch (type) {
    case 'gauge':
      return new Gauge(common);
    case 'counter':
      return new Counter(common);
    case 'histogram':
      return new Histogram(buckets === undefined ? common : { ...common, buckets: [...buckets] });
  }
}
