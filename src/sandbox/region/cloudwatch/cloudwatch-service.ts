import {
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  type Statistic,
} from '@aws-sdk/client-cloudwatch';
import { AwsError, notImplemented } from '../wire/aws-error.ts';
import { jsonService } from '../wire/json-service.ts';
import { operation } from '../wire/operation.ts';
import type { Service } from '../wire/service.ts';
import { Alarms } from './alarms.ts';
import { dimensionsOf, metricOf, statisticOf } from './metric-query.ts';
import type { MetricId, MetricStore } from './metric-store.ts';

/** Source: Amazon CloudWatch API Reference. Metric math is emulated for alarms alone. */
export function cloudWatchService(store: MetricStore, alarms = new Alarms(store, 1)): Service {
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
      operation(PutMetricAlarmCommand, (input) => {
        alarms.put(input, Date.now());
        return {};
      }),
      operation(DescribeAlarmsCommand, ({ AlarmNames, AlarmNamePrefix = '', ActionPrefix = '', StateValue }) => ({
        MetricAlarms: alarms.all.filter(
          ({ AlarmName = '', AlarmActions = [], ...alarm }) =>
            (AlarmNames ?? [AlarmName]).includes(AlarmName) &&
            AlarmName.startsWith(AlarmNamePrefix) &&
            (ActionPrefix === '' || AlarmActions.some((action) => action.startsWith(ActionPrefix))) &&
            (StateValue === undefined || alarm.StateValue === StateValue),
        ),
      })),
    ],
  });
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
