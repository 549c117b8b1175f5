import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../src/aws/system-clock.ts';
import { SharedLags } from '../../../src/aws/together/shared-lags.ts';
import { jsonService } from '../../../src/sandbox/region/wire/json-service.ts';
import { operation } from '../../../src/sandbox/region/wire/operation.ts';
import { type LocalAws, startLocalAws } from '../local-aws.ts';

let aws: LocalAws;
let since: number;
/** Lags of a replica, the newest first. */
const lags: Record<string, readonly number[]> = { a: [1, 7], b: [2, 8], none: [] };

beforeAll(async () => {
  // One value of each metric in a page; `unread` cannot be read among others.
  const cloudWatch = jsonService({
    signingName: 'monitoring',
    version: '1.0',
    namespace: 'com.amazonaws.cloudwatch',
    operations: [
      operation(GetMetricDataCommand, ({ MetricDataQueries = [], NextToken = '0' }) => {
        const page = Number(NextToken);
        return {
          MetricDataResults: MetricDataQueries.map(({ Id, MetricStat }) => {
            const identifier = MetricStat?.Metric?.Dimensions?.[0]?.Value ?? '';
            if (identifier === 'unread' && MetricDataQueries.length > 1) return { Id, StatusCode: 'InternalError' };
            const value = (lags[identifier] ?? [9])[page];
            return value === undefined
              ? { Id, StatusCode: 'Complete' }
              : { Id, StatusCode: 'PartialData', Values: [value], Timestamps: [new Date(Date.now() - page * 60_000)] };
          }),
          ...(page === 0 ? { NextToken: '1' } : {}),
        };
      }),
    ],
  });
  aws = await startLocalAws([cloudWatch]);
});
afterAll(() => aws.close());
beforeEach(() => {
  aws.faults.clear();
  since = aws.calls.length;
});

async function latest(...identifiers: string[]): Promise<(number | null)[]> {
  const shared = new SharedLags({
    client: aws.clients.cloudWatch('us-west-2'),
    clock: systemClock,
    patienceMs: 30_000,
  });
  const found = await Promise.all(identifiers.map((each) => shared.latest(each, AbortSignal.timeout(60_000))));
  return found.map((lag) => lag?.lagSeconds ?? null);
}

function queriesOfCalls(): number[] {
  return aws.calls
    .slice(since)
    .map(({ parameters }) => (parameters as { MetricDataQueries: unknown[] }).MetricDataQueries.length);
}

describe('shared lags', () => {
  it('are read by one call, page by page, the newest of each', async () => {
    expect(await latest('a', 'b', 'none')).toEqual([1, 2, null]);
    expect(queriesOfCalls()).toEqual([3, 3]);
  });

  it('that CloudWatch fails to read among others are read alone', async () => {
    expect(await latest('a', 'unread')).toEqual([1, 9]);
    expect(queriesOfCalls()).toEqual([2, 2, 1, 1]);
  });

  it('are read alone after a call that failed', async () => {
    aws.faults.add({ service: 'monitoring', operation: 'GetMetricData', kind: 'InternalError', count: 1 });
    expect(await latest('a', 'b')).toEqual([1, 2]);
  });
});
