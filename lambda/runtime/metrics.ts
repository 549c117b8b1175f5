import { metricNamespace } from '../../src/api/names.ts';
import type { Plan } from '../../src/failover/plan.ts';
import type { WriteLine } from './log.ts';
import type { Settings } from './settings.ts';

export interface Metric {
  readonly unit: 'Count' | 'Seconds' | 'None';
  /** At most 100, which is the format's limit; each counts for the metric's statistics. */
  readonly values: readonly number[];
}

/** Puts metrics into CloudWatch by a line of the function's own log: no call to wait for, and no permission to have. */
export interface Metrics {
  /** Metrics without a value are left out. */
  emit(dimensions: Readonly<Record<string, string>>, metrics: Readonly<Record<string, Metric>>): void;
}

/**
 * Metrics in CloudWatch's embedded format, in the namespace of Understudy.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function createMetrics(write: WriteLine, nowMs: () => number): Metrics {
  return {
    emit(dimensions, metrics) {
      const present = Object.entries(metrics).filter(([, { values }]) => values.length > 0);
      if (present.length === 0) return;
      write(
        JSON.stringify({
          _aws: {
            Timestamp: nowMs(),
            CloudWatchMetrics: [
              {
                Namespace: metricNamespace,
                Dimensions: [Object.keys(dimensions)],
                Metrics: present.map(([name, { unit }]) => ({ Name: name, Unit: unit })),
              },
            ],
          },
          ...dimensions,
          ...Object.fromEntries(present.map(([name, { values }]) => [name, values.slice(-largestArray)])),
        }),
      );
    },
  };
}

const largestArray = 100;

/** Dimensions of every metric of an application, as the dashboard has them; `/trading/dev` ends with the environment. */
export function dimensionsOf(
  { parameterPrefix }: Pick<Settings, 'parameterPrefix'>,
  { name }: Pick<Plan, 'name'>,
): { readonly App: string; readonly Environment: string } {
  return { App: name, Environment: parameterPrefix.split('/').at(-1) ?? '' };
}
