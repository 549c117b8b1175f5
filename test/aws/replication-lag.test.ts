import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { latestReplicaLag } from '../../src/aws/replication-lag.ts';
import { cloudWatchService } from '../../src/sandbox/region/cloudwatch/cloudwatch-service.ts';
import { MetricStore } from '../../src/sandbox/region/cloudwatch/metric-store.ts';
import { type LocalAws, startLocalAws } from './local-aws.ts';

const minuteMs = 60_000;
// The start of a minute.
const nowMs = 1_700_000_040_000;
const store = new MetricStore();
let aws: LocalAws;
let identifier = '';
let databases = 0;

beforeAll(async () => {
  aws = await startLocalAws([cloudWatchService(store)]);
});
afterAll(() => aws.close());
beforeEach(() => {
  databases += 1;
  identifier = `trading-db-${databases}`;
});

function publish(lagSeconds: number, atMs: number): void {
  const metric = { namespace: 'AWS/RDS', name: 'ReplicaLag', dimensions: { DBInstanceIdentifier: identifier } };
  store.add(metric, lagSeconds, atMs);
}

function latest() {
  return latestReplicaLag(aws.clients.cloudWatch('us-west-2'), identifier, nowMs, AbortSignal.timeout(5_000));
}

describe('the latest replica lag', () => {
  it('is the newest of the last ten minutes, with its age', async () => {
    publish(9, nowMs - 5 * minuteMs);
    publish(0.25, nowMs - 2 * minuteMs);
    expect(await latest()).toEqual({ lagSeconds: 0.25, ageMs: 2 * minuteMs });
  });

  it('is the worst of its minute', async () => {
    publish(1, nowMs - minuteMs);
    publish(7, nowMs - minuteMs + 10_000);
    publish(2, nowMs - minuteMs + 20_000);
    expect((await latest())?.lagSeconds).toBe(7);
  });

  it('has no age below zero where the clocks differ', async () => {
    publish(1, nowMs + 30_000);
    expect(await latest()).toEqual({ lagSeconds: 1, ageMs: 0 });
  });

  it.each([
    ['nothing was published', () => {}],
    ['the last one is too old', () => publish(1, nowMs - 20 * minuteMs)],
    ['RDS says that it cannot tell', () => publish(-1, nowMs - minuteMs)],
  ])('is unknown when %s', async (_what, arrange) => {
    arrange();
    expect(await latest()).toBeNull();
  });
});
