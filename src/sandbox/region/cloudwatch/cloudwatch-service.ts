import {
  type Dimension,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  PutMetricDataCommand,
  type Statistic,
} from '@aws-sdk/client-cloudwatch';
import { AwsError, notImplemented } from '../wire/aws-error.ts';
import { jsonService } from '../wire/json-service.ts';
import { operation } from '../wire/operation.ts';
import type { Service } from '../wire/service.ts';
import type { Datapoint, MetricId, MetricStore } from './metric-store.ts';

/** Source: Amazon CloudWatch API Reference. Metric math is not emulated. */
export function cloudWatchService(store: MetricStore): Service {
  return jsonService({
    signingName: 'monitoring',
    version: '1.0',
    namespace: 'com.amazonaws.cloudwatch',
    operations: [
      operation(PutMetricDataCommand, ({ Namespace = '', MetricData }) => {
        for (const { MetricName = '', Dimensions, Value, Values, Timestamp } of MetricData ?? []) {
          const metric = { namespace: Namespace, name: MetricName, dimensions: dimensionsOf(Dimensions) };
          for (const value of Values ?? (Value === undefined ? [] : [Value])) {
            store.add(metric, value, Timestamp?.getTime() ?? Date.now());
          }
        }
        return {};
      }),
      operation(GetMetricDataCommand, ({ MetricDataQueries, StartTime, EndTime, ScanBy }) => ({
        MetricDataResults: (MetricDataQueries ?? [])
          .filter(({ ReturnData }) => ReturnData !== false)
          .map(({ Id, Label, MetricStat }) => {
            const { Metric, Period, Stat } = MetricStat ?? {};
            if (Metric === undefined) throw notImplemented('monitoring', 'GetMetricData with an Expression');
            const points = store.datapoints(...rangeOf(metricOf(Metric), StartTime, EndTime, Period));
            if (ScanBy !== 'TimestampAscending') points.reverse();
            return {
              Id,
              Label: Label ?? Metric.MetricName,
              Timestamps: points.map(({ atMs }) => new Date(atMs)),
              Values: points.map((point) => statisticOf(point, Stat)),
              StatusCode: 'Complete' as const,
            };
          }),
      })),
      operation(GetMetricStatisticsCommand, (input) => {
        const { Namespace, MetricName, Dimensions, StartTime, EndTime, Period, Statistics } = input;
        const metric = metricOf({ Namespace, MetricName, Dimensions });
        const points = store.datapoints(...rangeOf(metric, StartTime, EndTime, Period));
        return {
          Label: MetricName,
          Datapoints: points.map((point) => ({
            Timestamp: new Date(point.atMs),
            ...Object.fromEntries((Statistics ?? []).map((name: Statistic) => [name, statisticOf(point, name)])),
          })),
        };
      }),
    ],
  });
}

interface MetricInput {
  readonly Namespace?: string | undefined;
  readonly MetricName?: string | undefined;
  readonly Dimensions?: readonly Dimension[] | undefined;
}

function metricOf({ Namespace = '', MetricName = '', Dimensions }: MetricInput): MetricId {
  return { namespace: Namespace, name: MetricName, dimensions: dimensionsOf(Dimensions) };
}

function dimensionsOf(dimensions: readonly Dimension[] | undefined): Record<string, string> {
  return Object.fromEntries((dimensions ?? []).map(({ Name = '', Value = '' }) => [Name, Value]));
}

function rangeOf(
  metric: MetricId,
  start: Date | undefined,
  end: Date | undefined,
  periodSeconds: number | undefined,
): [MetricId, number, number, number] {
  if (start === undefined || end === undefined || !periodSeconds) {
    throw new AwsError('MissingParameter', 'StartTime, EndTime and Period are required.');
  }
  if (start >= end) throw new AwsError('InvalidParameterValue', 'StartTime must be before EndTime.');
  return [metric, start.getTime(), end.getTime(), periodSeconds];
}

function statisticOf(point: Datapoint, statistic: string | undefined): number {
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
