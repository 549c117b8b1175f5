import { type CloudWatchClient, GetMetricDataCommand, type MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { readCall } from './bounded-call.ts';

export interface LagDatapoint {
  readonly lagSeconds: number;
  /**
   * Since the moment that the datapoint stands for. The only place where AWS's clock meets this machine's: a skew makes
   * the datapoint look older or younger by as much, which is why it is evidence of the second rank.
   */
  readonly ageMs: number;
}

/** RDS publishes `ReplicaLag` so often. @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html */
export const lagPeriodMs = 60_000;
const lookBackMs = 10 * 60_000;

/**
 * The latest `ReplicaLag` of a replica within the last ten minutes, by its worst value; `null` if CloudWatch has none, or
 * if it says -1, which is how RDS reports that it cannot tell.
 *
 * RDS publishes the metric each minute, and a datapoint's timestamp is the start of its minute. The age counts from
 * there, so it errs towards old, by a minute at most.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PostgreSQL.Replication.ReadReplicas.Monitor.html
 * @param nowMs this machine's wall clock.
 * @throws PortError
 */
export async function latestReplicaLag(
  client: CloudWatchClient,
  identifier: string,
  nowMs: number,
  limit: AbortSignal,
): Promise<LagDatapoint | null> {
  const lags = await latestReplicaLags(client, [identifier], nowMs, limit);
  return lags.get(identifier) ?? null;
}

/**
 * The same of up to 500 replicas, by identifier. One that CloudWatch failed to read is left out.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 * @throws PortError
 */
export async function latestReplicaLags(
  client: CloudWatchClient,
  identifiers: readonly string[],
  nowMs: number,
  limit: AbortSignal,
): Promise<ReadonlyMap<string, LagDatapoint | null>> {
  const lags = new Map<string, LagDatapoint | null>();
  let next: string | undefined;
  do {
    const start = next === undefined ? {} : { NextToken: next };
    const { MetricDataResults = [], NextToken } = await readCall(limit, (options) =>
      client.send(
        new GetMetricDataCommand({
          MetricDataQueries: identifiers.map(queryOf),
          StartTime: new Date(nowMs - lookBackMs),
          // The end is exclusive, and a clock a little behind AWS's must not hide the newest datapoint.
          EndTime: new Date(nowMs + lagPeriodMs),
          ScanBy: 'TimestampDescending',
          ...start,
        }),
        options,
      ),
    );
    for (const result of MetricDataResults) {
      const identifier = identifiers[Number(result.Id?.slice(idPrefix.length))];
      // A later page holds older datapoints of one that the page before ended in.
      if (identifier === undefined || lags.has(identifier) || isUnread(result)) continue;
      lags.set(identifier, latestOf(result, nowMs));
    }
    next = NextToken;
  } while (next !== undefined);
  return lags;
}

/** Ids begin with a lower-case letter. */
const idPrefix = 'lag';

function queryOf(identifier: string, index: number) {
  return {
    Id: `${idPrefix}${index}`,
    MetricStat: {
      Metric: {
        Namespace: 'AWS/RDS',
        MetricName: 'ReplicaLag',
        Dimensions: [{ Name: 'DBInstanceIdentifier', Value: identifier }],
      },
      Period: lagPeriodMs / 1000,
      Stat: 'Maximum',
    },
  };
}

/** Without a value, and not because there is none. */
function isUnread({ StatusCode, Values = [] }: MetricDataResult): boolean {
  return Values.length === 0 && StatusCode !== undefined && StatusCode !== 'Complete';
}

function latestOf({ Values, Timestamps }: MetricDataResult, nowMs: number): LagDatapoint | null {
  const lagSeconds = Values?.[0];
  const startMs = Timestamps?.[0]?.getTime();
  if (lagSeconds === undefined || startMs === undefined || lagSeconds < 0) return null;
  return { lagSeconds, ageMs: Math.max(0, nowMs - startMs) };
}
