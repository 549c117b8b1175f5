import type { Dimension, Metric, MetricDataQuery, MetricStat } from '@aws-sdk/client-cloudwatch';
import { notImplemented } from '../wire/aws-error.ts';
import type { Datapoint, MetricId, MetricStore } from './metric-store.ts';

/** One value for each period, oldest first; undefined where nothing was measured. */
export type Series = readonly (number | undefined)[];

/** Periods that end where the latest whole one does. */
export interface Periods {
  readonly count: number;
  readonly lengthMs: number;
  readonly nowMs: number;
}

export function metricOf({ Namespace = '', MetricName = '', Dimensions }: Metric): MetricId {
  return { namespace: Namespace, name: MetricName, dimensions: dimensionsOf(Dimensions) };
}

export function dimensionsOf(dimensions: readonly Dimension[] | undefined): Record<string, string> {
  return Object.fromEntries((dimensions ?? []).map(({ Name = '', Value = '' }) => [Name, Value]));
}

export function statisticOf(point: Datapoint, statistic: string | undefined): number {
  switch (statistic) {
    case 'Average':
      return point.sum / point.count;
    case 'Sum':
      return point.sum;
    case 'Minimum':
      return point.minimum;
    case 'Maximum':
      return point.maximum;
    case 'SampleCount':
      return point.count;
    default:
      throw notImplemented('monitoring', `the statistic ${statistic}`);
  }
}

/** The series of a metric. */
export function seriesOf(store: MetricStore, { Metric, Stat }: MetricStat, periods: Periods): Series {
  const { count, lengthMs, nowMs } = periods;
  const endMs = Math.floor(nowMs / lengthMs) * lengthMs;
  const beginMs = endMs - count * lengthMs;
  const points = store.datapoints(metricOf(Metric ?? {}), beginMs, endMs, lengthMs / 1000);
  return Array.from({ length: count }, (_, index) => {
    const point = points.find(({ atMs }) => Math.round(atMs) === Math.round(beginMs + index * lengthMs));
    return point === undefined ? undefined : statisticOf(point, Stat);
  });
}

/** The series of the one query that returns its data, which may be an expression of the others. */
export function returnedSeries(store: MetricStore, queries: readonly MetricDataQuery[], periods: Periods): Series {
  const byId = new Map(
    queries.flatMap(({ Id = '', MetricStat }) =>
      MetricStat === undefined ? [] : [[Id, seriesOf(store, MetricStat, periods)] as const],
    ),
  );
  const [returned] = queries.filter(({ ReturnData, Expression }) => ReturnData ?? Expression !== undefined);
  if (returned?.Expression === undefined) return byId.get(returned?.Id ?? '') ?? [];
  return evaluated(returned.Expression, (id) => byId.get(id) ?? []);
}

const minusFilled = /^(?<left>\w+) - FILL\((?<right>\w+), (?<filling>\d+)\)$/;
const leastOf = /^MIN\(\[(?<left>\w+), (?<right>\w+)\]\)$/;

/**
 * As much of metric math as the compositions use. A value is missing where one is that it is made of.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
function evaluated(expression: string, series: (id: string) => Series): Series {
  const minus = minusFilled.exec(expression)?.groups;
  if (minus !== undefined) {
    const right = series(minus.right ?? '');
    const filling = Number(minus.filling);
    return series(minus.left ?? '').map((value, at) => (value === undefined ? value : value - (right[at] ?? filling)));
  }
  const least = leastOf.exec(expression)?.groups;
  if (least !== undefined) {
    const right = series(least.right ?? '');
    return series(least.left ?? '').map((value, at) => {
      const other = right[at];
      return value === undefined || other === undefined ? undefined : Math.min(value, other);
    });
  }
  throw notImplemented('monitoring', `the expression ${expression}`);
}
