import type { PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { sites } from '../../src/api/site.ts';
import { Alarms } from '../../src/sandbox/region/cloudwatch/alarms.ts';
import { dimensionsOf } from '../../src/sandbox/region/cloudwatch/metric-query.ts';
import { MetricStore } from '../../src/sandbox/region/cloudwatch/metric-store.ts';
import { alarmInput } from '../compositions/alarm-input.ts';
import { Example } from './example.ts';

/**
 * Every alarm of the example, judged as CloudWatch judges it: by what goes wrong it rings, and by what is well it rests.
 * Values are of one period each, by the metric's name.
 */
const values: Readonly<Record<string, { readonly well: number; readonly wrong: number }>> = {
  ReplicaLag: { well: 5, wrong: 90 },
  FreeStorageSpace: { well: 50 * 1024 ** 3, wrong: 5 * 1024 ** 3 },
  CPUUtilization: { well: 30, wrong: 95 },
  UnHealthyHostCount: { well: 0, wrong: 1 },
  HTTPCode_Target_5XX_Count: { well: 2, wrong: 40 },
  Errors: { well: 0, wrong: 1 },
  Throttles: { well: 0, wrong: 1 },
  Duration: { well: 52_000, wrong: 115_000 },
  Invocations: { well: 1, wrong: 0 },
  FailoverReady: { well: 1, wrong: 0 },
  PrimaryHealthy: { well: 1, wrong: 0 },
  SecondaryHealthy: { well: 1, wrong: 1 },
  ApproximateNumberOfMessagesVisible: { well: 0, wrong: 3 },
  HealthCheckStatus: { well: 1, wrong: 0 },
};

const nowMs = Date.UTC(2030, 0, 1, 12);
let alarms: readonly PutMetricAlarmInput[];

beforeAll(async () => {
  const example = await Example.load('examples/trading-rds.yaml');
  alarms = [...sites, 'global' as const]
    .flatMap((place) => example.of(place, 'MetricAlarm'))
    .map(({ resource }) => alarmInput(resource));
});

/** The metrics that an alarm looks at, each with its period in seconds. */
function metricsOf({ Metrics, Namespace, MetricName, Dimensions, Period }: PutMetricAlarmInput) {
  const single = { Metric: { Namespace, MetricName, Dimensions }, Period };
  const stats = Metrics === undefined ? [single] : Metrics.flatMap(({ MetricStat }) => MetricStat ?? []);
  return stats.map(({ Metric, Period: seconds = 60 }) => ({
    periodMs: seconds * 1000,
    metric: {
      namespace: Metric?.Namespace ?? '',
      name: Metric?.MetricName ?? '',
      dimensions: dimensionsOf(Metric?.Dimensions),
    },
  }));
}

/** The state of an alarm after a day of these values. */
function stateAfter(alarm: PutMetricAlarmInput, how: 'well' | 'wrong' | 'silent'): string | undefined {
  const store = new MetricStore();
  const judged = new Alarms(store, 1);
  judged.put(alarm, nowMs);
  for (const { metric, periodMs } of metricsOf(alarm)) {
    if (how === 'silent') break;
    const value = values[metric.name]?.[how];
    if (value === undefined) throw new Error(`say what ${metric.name} is when it is ${how}`);
    for (let back = 1; back <= 10; back += 1) store.add(metric, value, nowMs - back * periodMs);
  }
  judged.evaluate(nowMs);
  return judged.all[0]?.StateValue;
}

describe('the alarms of the example', () => {
  it('ring when what they are about goes wrong, and rest while it is well', () => {
    expect(alarms.length).toBeGreaterThan(40);
    for (const alarm of alarms) {
      const { AlarmName } = alarm;
      expect({ AlarmName, state: stateAfter(alarm, 'wrong') }).toEqual({ AlarmName, state: 'ALARM' });
      expect({ AlarmName, state: stateAfter(alarm, 'well') }).toEqual({ AlarmName, state: 'OK' });
    }
  });

  it('take silence for trouble where a function should have run, and nowhere else', () => {
    const ringing = alarms.filter((alarm) => stateAfter(alarm, 'silent') === 'ALARM');
    const names = ringing.map(({ AlarmName = '' }) => AlarmName);
    const expected = ['failover', 'prober', 'validator'].map((name) => `trading-${name}-silence-dev`);
    expect([...new Set(names)].sort()).toEqual(expected);
  });

  it('tell the topic of their own region, when they begin and when they end', () => {
    for (const { AlarmActions = [], OKActions = [] } of alarms) {
      expect(AlarmActions).toHaveLength(1);
      expect(OKActions).toEqual(AlarmActions);
    }
  });
});
