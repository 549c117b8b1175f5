import type { PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from '@jest/globals';
import { Alarms } from '../../../src/sandbox/region/cloudwatch/alarms.ts';
import { MetricStore } from '../../../src/sandbox/region/cloudwatch/metric-store.ts';
import { applyRules } from '../../../src/sandbox/region/event-bridge/rules.ts';

const metric = { namespace: 'AWS/Lambda', name: 'Errors', dimensions: { FunctionName: 'prober' } };
const alarm: PutMetricAlarmInput = {
  AlarmName: 'errors',
  Namespace: metric.namespace,
  MetricName: metric.name,
  Dimensions: [{ Name: 'FunctionName', Value: 'prober' }],
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 2,
  Threshold: 0,
  ComparisonOperator: 'GreaterThanThreshold',
};
const minuteMs = 60_000;
const nowMs = 1_000 * minuteMs;

/** State by state, with these values in the periods before now, the latest last; null is nothing measured. */
function states(treatment: string, before: readonly (number | null)[], speed = 1): string | undefined {
  const store = new MetricStore();
  const periodMs = minuteMs / speed;
  const alarms = new Alarms(store, speed);
  alarms.put({ ...alarm, TreatMissingData: treatment }, 0);
  before.forEach((value, index) => {
    if (value !== null) store.add(metric, value, nowMs - (before.length - index) * periodMs);
  });
  alarms.evaluate(nowMs);
  return alarms.all[0]?.StateValue;
}

describe('an alarm', () => {
  it.each<[string, readonly (number | null)[], string]>([
    ['every period is beyond the threshold', [1, 2], 'ALARM'],
    ['one is not', [0, 1], 'OK'],
    ['what lies further back is no matter', [0, 1, 1], 'ALARM'],
  ])('is judged by its latest periods: %s', (_, before, state) => {
    expect(states('notBreaching', before)).toBe(state);
    expect(states('notBreaching', before, 20)).toBe(state);
  });

  it.each([
    ['breaching', 'ALARM'],
    ['notBreaching', 'OK'],
    ['missing', 'INSUFFICIENT_DATA'],
    ['ignore', 'INSUFFICIENT_DATA'],
  ])('takes what is missing for %s', (treatment, state) => {
    expect(states(treatment, [])).toBe(state);
  });

  it('says of each change what it was before, and nothing while it stays as it is', () => {
    const store = new MetricStore();
    const alarms = new Alarms(store, 1);
    alarms.put({ ...alarm, TreatMissingData: 'notBreaching' }, 0);
    expect(alarms.evaluate(nowMs)).toMatchObject([{ before: 'INSUFFICIENT_DATA', alarm: { StateValue: 'OK' } }]);
    expect(alarms.evaluate(nowMs + minuteMs)).toEqual([]);
    for (const back of [1, 2]) store.add(metric, 1, nowMs + 5 * minuteMs - back * minuteMs);
    expect(alarms.evaluate(nowMs + 5 * minuteMs)).toMatchObject([{ before: 'OK', alarm: { StateValue: 'ALARM' } }]);
  });

  it('refuses metric math that it does not know', () => {
    const alarms = new Alarms(new MetricStore(), 1);
    const Metrics = [{ Id: 'x', Expression: 'RATE(a)', ReturnData: true }];
    alarms.put({ AlarmName: 'x', EvaluationPeriods: 1, ComparisonOperator: 'LessThanThreshold', Metrics }, 0);
    expect(() => alarms.evaluate(nowMs)).toThrow(/RATE/);
  });
});

describe('a rule', () => {
  const pattern = JSON.stringify({ source: ['aws.cloudwatch'], detail: { state: { value: ['ALARM'] } } });
  const startedBy = (event: object): string[] => {
    const started: string[] = [];
    applyRules([{ name: 'alarms', pattern, functionName: 'failover' }], event, (name) => void started.push(name));
    return started;
  };

  it('starts its function by an event that fits, and by no other', () => {
    const event = { source: 'aws.cloudwatch', detail: { alarmName: 'x', state: { value: 'ALARM' } } };
    expect(startedBy(event)).toEqual(['failover']);
    expect(startedBy({ ...event, detail: { state: { value: 'OK' } } })).toEqual([]);
    expect(startedBy({ ...event, source: 'aws.s3' })).toEqual([]);
    expect(startedBy({ source: 'aws.cloudwatch' })).toEqual([]);
  });
});
