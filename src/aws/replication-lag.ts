import { type CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { readCall } from './bounded-call.ts';

export interface LagDatapoint {
  readonly lagSeconds: number;
  /**
   * Since the moment that the datapoint stands for. The only place where AWS's clock meets this machine's: a skew makes
   * the datapoint look older or younger by as much, which is why it is evidence of the second rank.
   */
  readonly ageMs: number;
}

/**
 * The latest `ReplicaLag` of a replica within the last ten minutes, by its worst value; `null` if CloudWatch has none, or
 * if it says -1, which is how RDS reports that it cannot tell.
 *
 * RDS publishes the metric each minute, and a datapoint's timestamp is the start of its minute. The age counts from
 * there, so it errs towards old, by a minute at most.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PostgreSQL.Replication.ReadReplicas.Monitor.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 * @param nowMs this machine's wall clock.
 * @throws PortError
 */
export async function latestReplicaLag(
  client: CloudWatchClient,
  identifier: string,
  nowMs: number,
  limit: AbortSignal,
): Promise<LagDatapoint | null> {
  const { MetricDataResults } = await readCall(limit, (options) =>
    client.send(
      new GetMetricDataCommand({
        MetricDataQueries: [
          {
            Id: 'lag',
            MetricStat: {
              Metric: {
                Namespace: 'AWS/RDS',
                MetricName: 'ReplicaLag',
                Dimensions: [{ Name: 'DBInstanceIdentifier', Value: identifier }],
              },
              Period: periodMs / 1000,
              Stat: 'Maximum',
            },
          },
        ],
        StartTime: new Date(nowMs - lookBackMs),
        // The end is exclusive, and a clock a little behind AWS's must not hide the newest datapoint.
        EndTime: new Date(nowMs + periodMs),
        ScanBy: 'TimestampDescending',
      }),
      options,
    ),
  );
  const [result] = MetricDataResults ?? [];
  const lagSeconds = result?.Values?.[0];
  const startMs = result?.Timestamps?.[0]?.getTime();
  if (lagSeconds === undefined || startMs === undefined || lagSeconds < 0) return null;
  return { lagSeconds, ageMs: Math.max(0, nowMs - startMs) };
}

const periodMs = 60_000;
const lookBackMs = 10 * 60_000;
