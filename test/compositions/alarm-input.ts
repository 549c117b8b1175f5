import type { Dimension, PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import type { JsonObject } from '../../src/render/json.ts';

interface ComposedMetric {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly stat: string;
  readonly period: number;
}

interface ComposedAlarm {
  readonly alarmDescription: string;
  readonly namespace?: string;
  readonly metricName?: string;
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly statistic?: string;
  readonly period?: number;
  readonly metricQuery?: readonly {
    readonly id: string;
    readonly metric?: ComposedMetric;
    readonly expression?: string;
    readonly returnData?: boolean;
  }[];
  readonly comparisonOperator: string;
  readonly threshold: number;
  readonly evaluationPeriods: number;
  readonly treatMissingData: string;
  readonly alarmActions: readonly string[];
  readonly okActions: readonly string[];
}

/** What the provider asks CloudWatch for, of an alarm that a composition has composed. */
export function alarmInput(resource: JsonObject): PutMetricAlarmInput {
  const { annotations } = resource.metadata as { readonly annotations: Readonly<Record<string, string>> };
  const { forProvider } = resource.spec as unknown as { readonly forProvider: ComposedAlarm };
  const { metricQuery, metricName, namespace, dimensions, statistic, period } = forProvider;
  const measured =
    metricQuery === undefined
      ? {
          Namespace: namespace,
          MetricName: metricName,
          Dimensions: dimensionsOf(dimensions),
          Statistic: statistic as PutMetricAlarmInput['Statistic'],
          Period: period,
        }
      : {
          Metrics: metricQuery.map(({ id, metric, expression, returnData }) => ({
            Id: id,
            ...(expression === undefined ? {} : { Expression: expression }),
            ...(metric === undefined ? {} : { MetricStat: statOf(metric) }),
            ReturnData: returnData ?? false,
          })),
        };
  return {
    ...measured,
    AlarmName: annotations['crossplane.io/external-name'],
    AlarmDescription: forProvider.alarmDescription,
    ComparisonOperator: forProvider.comparisonOperator as PutMetricAlarmInput['ComparisonOperator'],
    Threshold: forProvider.threshold,
    EvaluationPeriods: forProvider.evaluationPeriods,
    TreatMissingData: forProvider.treatMissingData,
    AlarmActions: [...forProvider.alarmActions],
    OKActions: [...forProvider.okActions],
  };
}

function statOf({ namespace, metricName, dimensions, stat, period }: ComposedMetric) {
  const Metric = { Namespace: namespace, MetricName: metricName, Dimensions: dimensionsOf(dimensions) };
  return { Metric, Stat: stat, Period: period };
}

function dimensionsOf(dimensions: Readonly<Record<string, string>> = {}): Dimension[] {
  return Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
}
