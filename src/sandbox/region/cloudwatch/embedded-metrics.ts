import { z } from 'zod';
import type { MetricStore } from './metric-store.ts';

/**
 * Takes in the metrics of a line of a log, if it is one of CloudWatch's embedded format: any other line has none.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function addEmbeddedMetrics(store: MetricStore, line: string): void {
  const document = documentSchema.safeParse(jsonOf(line));
  if (!document.success) return;
  const { _aws, ...members } = document.data;
  for (const { Namespace, Dimensions, Metrics } of _aws.CloudWatchMetrics) {
    for (const keys of Dimensions) {
      const dimensions = Object.fromEntries(keys.map((key) => [key, String(members[key])]));
      for (const { Name } of Metrics) {
        for (const value of [members[Name]].flat()) {
          if (typeof value === 'number')
            store.add({ namespace: Namespace, name: Name, dimensions }, value, _aws.Timestamp);
        }
      }
    }
  }
}

const documentSchema = z.looseObject({
  _aws: z.object({
    Timestamp: z.number(),
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string() })),
      }),
    ),
  }),
});

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
