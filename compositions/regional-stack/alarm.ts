import { topicArn } from '../../src/api/arns.ts';
import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import { scopeOf } from '../../src/api/names.ts';
import type { regionalStackSchema } from '../../src/api/regional-stack.ts';
import { cloudwatch } from '../builder/aws-kinds.ts';
import type { CapabilityScope } from '../builder/capability.ts';
import type { Source } from '../builder/source.ts';
import { externalName } from '../external-name.ts';
import { inRegion } from '../in-region.ts';
import { alarmName } from './alarm-names.ts';
import { commonNames, named } from './stack.ts';

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

/** Declares an alarm that tells the topic of the site when it begins and when it ends. */
export function declareAlarm(
  app: MultiRegionApp,
  alarm: Alarm,
  { xr, resource }: CapabilityScope<typeof regionalStackSchema>,
): void {
  const scope = scopeOf(app);
  const name = alarmName(app, alarm.subject);
  const action = inRegion(xr.spec.region, (region) => topicArn({ ...scope, region }, commonNames(app).topic));
  resource(
    `alarm-${alarm.subject}`,
    cloudwatch.MetricAlarm,
    {
      forProvider: {
        region: xr.spec.region,
        alarmDescription: alarm.description,
        ...measure(alarm),
        comparisonOperator: alarm.when,
        threshold: alarm.threshold,
        evaluationPeriods: alarm.periods,
        treatMissingData: alarm.missing ?? 'notBreaching',
        alarmActions: [action],
        okActions: [action],
        tags: named(xr, name),
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
