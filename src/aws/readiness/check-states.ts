import { type CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { readCall } from '../bounded-call.ts';

/**
 * The only region that has the metrics of health checks. Readiness may ask it, since no failover waits for the answer.
 * Source: "Monitoring health checks using CloudWatch".
 */
export const healthMetricsRegion = 'us-east-1';

const periodMs = 60_000;
const lookBackMs = 10 * 60_000;

/**
 * What Route 53 makes of health checks, by their latest minute: GetHealthCheckStatus does not answer for calculated ones.
 * A check without a datapoint is left out.
 *
 * @param client of {@link healthMetricsRegion}.
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-cloudwatch.html
 * @throws PortError
 */
export async function checkStates(
  client: CloudWatchClient,
  ids: readonly string[],
  nowMs: number,
  limit: AbortSignal,
): Promise<Readonly<Record<string, 'healthy' | 'unhealthy'>>> {
  if (ids.length === 0) return {};
  const command = new GetMetricDataCommand({
    MetricDataQueries: ids.map((id, index) => ({
      Id: `check${index}`,
      MetricStat: {
        Metric: {
          Namespace: 'AWS/Route53',
          MetricName: 'HealthCheckStatus',
          Dimensions: [{ Name: 'HealthCheckId', Value: id }],
        },
        Period: periodMs / 1000,
        Stat: 'Minimum',
      },
    })),
    StartTime: new Date(nowMs - lookBackMs),
    EndTime: new Date(nowMs + periodMs),
    ScanBy: 'TimestampDescending',
  });
  const { MetricDataResults = [] } = await readCall(limit, (options) => client.send(command, options));
  return Object.fromEntries(
    ids.flatMap((id, index) => {
      const status = MetricDataResults.find(({ Id }) => Id === `check${index}`)?.Values?.[0];
      return status === undefined ? [] : [[id, status >= 1 ? ('healthy' as const) : ('unhealthy' as const)]];
    }),
  );
}
