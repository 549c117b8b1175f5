import { cloudwatch } from './builder/aws-kinds.ts';
import type { CapabilityScope } from './builder/capability.ts';
import type { CompositeSchema } from './builder/composite-schema.ts';
import type { Source } from './builder/source.ts';
import { externalName } from './external-name.ts';
import type { Tags, Text } from './text.ts';

/** A threshold on one metric. */
export interface Alarm {
  readonly subject: string;
  readonly description: string;
  readonly namespace: string;
  readonly metric: string;
  /** A second metric of the same namespace and dimensions, and what becomes of both. @default none */
  readonly combined?: { readonly how: keyof typeof expressions; readonly with: string };
  readonly dimensions: { readonly [name: string]: string | Source<'xr', string> };
  readonly statistic: 'Average' | 'Minimum' | 'Maximum' | 'Sum';
  readonly when: 'GreaterThanOrEqualToThreshold' | 'GreaterThanThreshold' | 'LessThanThreshold';
  readonly threshold: number;
  readonly periodSeconds: number;
  /** Periods in a row. */
  readonly periods: number;
  /** `ignore`: as it was. @default notBreaching: nothing measured is nothing wrong */
  readonly missing?: 'breaching' | 'notBreaching' | 'ignore';
  /** @default none */
  readonly waitsFor?: readonly Source<'xr', string | undefined>[];
}

export interface MetricAlarmProps {
  readonly region: Text;
  /** In AWS. */
  readonly name: string;
  /** Topic that is told when it begins and when it ends. */
  readonly topicArn: Text;
  readonly tags: Tags;
}

/** Declares an alarm. An alarm can tell a topic of its own region only. */
export function metricAlarm<S extends CompositeSchema>(
  { resource }: Pick<CapabilityScope<S>, 'resource'>,
  alarm: Alarm,
  { region, name, topicArn, tags }: MetricAlarmProps,
): void {
  resource(
    `alarm-${alarm.subject}`,
    cloudwatch.MetricAlarm,
    {
      forProvider: {
        region,
        alarmDescription: alarm.description,
        ...measure(alarm),
        comparisonOperator: alarm.when,
        threshold: alarm.threshold,
        evaluationPeriods: alarm.periods,
        treatMissingData: alarm.missing ?? 'notBreaching',
        alarmActions: [topicArn],
        okActions: [topicArn],
        tags,
      },
    },
    {
      annotations: externalName(name),
      ...(alarm.waitsFor === undefined ? {} : { waitsFor: alarm.waitsFor }),
    },
  );
}

/** Of `a` and `b`, in CloudWatch's metric math. A metric that nobody counted in a period is missing, and not 0. */
const expressions = { minus: 'a - FILL(b, 0)', least: 'MIN([a, b])' } as const;

/** One metric, or one made of two: an alarm takes the one as its own fields, the other as an expression. */
function measure({ namespace, metric, combined, dimensions, statistic, periodSeconds }: Alarm) {
  if (combined === undefined) return { namespace, metricName: metric, dimensions, statistic, period: periodSeconds };
  const part = (id: string, metricName: string) => ({
    id,
    metric: { namespace, metricName, dimensions, stat: statistic, period: periodSeconds },
  });
  return {
    metricQuery: [
      part('a', metric),
      part('b', combined.with),
      { id: 'both', expression: expressions[combined.how], returnData: true },
    ],
  };
}
