import type { MetricAlarm, PutMetricAlarmInput, StateValue } from '@aws-sdk/client-cloudwatch';
import { notImplemented } from '../wire/aws-error.ts';
import { returnedSeries, type Series, seriesOf } from './metric-query.ts';
import type { MetricStore } from './metric-store.ts';

/** An alarm that is in another state than before. */
export interface AlarmChange {
  readonly alarm: MetricAlarm;
  readonly before: StateValue;
}

/**
 * Alarms on the region's metrics, judged by the latest whole periods; lengths are divided by the region's speed.
 *
 * An alarm that has nothing to go by for `missing` or `ignore` looks no further back, as AWS's does.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
 */
export class Alarms {
  readonly #store: MetricStore;
  readonly #speed: number;
  readonly #byName = new Map<string, MetricAlarm>();

  constructor(store: MetricStore, speed: number) {
    this.#store = store;
    this.#speed = speed;
  }

  put({ Tags: _, ...alarm }: PutMetricAlarmInput, nowMs: number): void {
    const before = this.#byName.get(alarm.AlarmName ?? '');
    const StateValue = before?.StateValue ?? 'INSUFFICIENT_DATA';
    const StateTransitionedTimestamp = before?.StateTransitionedTimestamp ?? new Date(nowMs);
    this.#byName.set(alarm.AlarmName ?? '', { ...alarm, StateValue, StateTransitionedTimestamp });
  }

  /** In the order in which they were made. */
  get all(): readonly MetricAlarm[] {
    return [...this.#byName.values()];
  }

  /** Judges all of them. @returns those whose state changes by that. */
  evaluate(nowMs: number): AlarmChange[] {
    return this.all.flatMap((alarm) => {
      const before = alarm.StateValue ?? 'INSUFFICIENT_DATA';
      const state = this.#stateOf(alarm, before, nowMs);
      if (state === before) return [];
      const changed = { ...alarm, StateValue: state, StateTransitionedTimestamp: new Date(nowMs) };
      this.#byName.set(alarm.AlarmName ?? '', changed);
      return [{ alarm: changed, before }];
    });
  }

  #stateOf(alarm: MetricAlarm, before: StateValue, nowMs: number): StateValue {
    const { TreatMissingData = 'missing' } = alarm;
    const series = this.#seriesOf(alarm, nowMs);
    const known = series.filter((value) => value !== undefined);
    if (known.length === 0 && TreatMissingData === 'ignore') return before;
    if (known.length === 0 && TreatMissingData === 'missing') return 'INSUFFICIENT_DATA';
    const judged = TreatMissingData === 'ignore' || TreatMissingData === 'missing' ? known : series;
    const breaches = (value: number | undefined): boolean =>
      value === undefined ? TreatMissingData === 'breaching' : isBeyond(alarm, value);
    return judged.every(breaches) ? 'ALARM' : 'OK';
  }

  #seriesOf({ Metrics, Period, EvaluationPeriods = 1, ...alarm }: MetricAlarm, nowMs: number): Series {
    const seconds = Period ?? Metrics?.find(({ MetricStat }) => MetricStat !== undefined)?.MetricStat?.Period;
    const periods = { count: EvaluationPeriods, lengthMs: ((seconds ?? 60) * 1000) / this.#speed, nowMs };
    if (Metrics !== undefined) return returnedSeries(this.#store, Metrics, periods);
    const { Namespace, MetricName, Dimensions, Statistic } = alarm;
    return seriesOf(
      this.#store,
      { Metric: { Namespace, MetricName, Dimensions }, Period: seconds, Stat: Statistic },
      periods,
    );
  }
}

function isBeyond({ ComparisonOperator, Threshold = 0 }: MetricAlarm, value: number): boolean {
  switch (ComparisonOperator) {
    case 'GreaterThanThreshold':
      return value > Threshold;
    case 'GreaterThanOrEqualToThreshold':
      return value >= Threshold;
    case 'LessThanThreshold':
      return value < Threshold;
    case 'LessThanOrEqualToThreshold':
      return value <= Threshold;
    default:
      throw notImplemented('monitoring', `the comparison ${ComparisonOperator}`);
  }
}
