import { functionSettings } from '../../src/api/function-settings.ts';
import type { FunctionName } from '../../src/api/names.ts';
import type { Alarm } from '../alarm.ts';
import type { Single } from '../builder/source.ts';

const minute = 60;

/**
 * Starts of a function in a row that may fail or be missed before it counts as silent. A run is counted in the minute in
 * which it began, but not before it ends, which may be two minutes later.
 */
const silentRuns = 5;

/**
 * What can go wrong with a function.
 *
 * Source: "Types of metrics for Lambda functions", AWS Lambda Developer Guide.
 *
 * @param codeKey key of its bundle: before there is a function, the silence of none is no news.
 */
export function functionAlarms(
  name: FunctionName,
  functionName: string,
  codeKey: Single<'xr', string | undefined>,
): Alarm[] {
  const { everySeconds, timeoutSeconds, longSeconds } = functionSettings[name];
  const common = {
    namespace: 'AWS/Lambda',
    dimensions: { FunctionName: functionName },
    periodSeconds: 5 * minute,
    periods: 1,
  } as const;
  return [
    {
      ...common,
      subject: `${name}-errors`,
      description: `${functionName} failed. Its log says why.`,
      metric: 'Errors',
      statistic: 'Sum',
      when: 'GreaterThanThreshold',
      threshold: 0,
    },
    {
      ...common,
      subject: `${name}-throttles`,
      description: `${functionName} was refused by Lambda: as many ran as may run at once.`,
      metric: 'Throttles',
      statistic: 'Sum',
      when: 'GreaterThanThreshold',
      threshold: 0,
    },
    {
      ...common,
      subject: `${name}-duration`,
      description: `${functionName} did not end by itself: it ran for ${longSeconds} s, and is ended at ${timeoutSeconds} s.`,
      metric: 'Duration',
      statistic: 'Maximum',
      when: 'GreaterThanOrEqualToThreshold',
      threshold: longSeconds * 1000,
    },
    {
      ...common,
      subject: `${name}-silence`,
      description: `${functionName} has not run to a good end for ${(silentRuns * everySeconds) / minute} minutes. Nobody looks, or nobody would act, from this region.`,
      metric: 'Invocations',
      combined: { how: 'minus', with: 'Errors' },
      statistic: 'Sum',
      when: 'LessThanThreshold',
      threshold: 1,
      periodSeconds: everySeconds,
      periods: silentRuns,
      missing: 'breaching',
      // The others have nothing to measure before there is a function, and are quiet.
      waitsFor: [codeKey],
    },
  ];
}

/** What a function could not handle waits for somebody. */
export function deadLetterAlarm(deadLetterQueue: string): Alarm {
  return {
    subject: 'dead-letters',
    description: `${deadLetterQueue} holds what a function could not handle.`,
    namespace: 'AWS/SQS',
    metric: 'ApproximateNumberOfMessagesVisible',
    dimensions: { QueueName: deadLetterQueue },
    statistic: 'Maximum',
    when: 'GreaterThanThreshold',
    threshold: 0,
    periodSeconds: 5 * minute,
    periods: 1,
  };
}
