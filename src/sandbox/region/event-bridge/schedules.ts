import { randomUUID } from 'node:crypto';
import type { Pace } from '../pace.ts';
import type { ScheduleConfig } from '../region-config.ts';
import { AwsError } from '../wire/aws-error.ts';

export interface SchedulesOptions {
  readonly region: string;
  readonly accountId: string;
  readonly schedules: readonly ScheduleConfig[];
  readonly pace: Pace;
  /** Takes an event for a function, without waiting for it. @throws AwsError */
  readonly invoke: (functionName: string, event: string) => void;
}

/**
 * Starts functions at their rates, divided by the region's speed, for as long as the region runs. Invocations do not wait
 * for those before them.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function startSchedules({ schedules, pace, invoke, ...where }: SchedulesOptions): void {
  for (const schedule of schedules) {
    const { everySeconds, firstAfterSeconds = everySeconds } = schedule;
    const firstAfterMs = pace.interval(firstAfterSeconds * 1000);
    pace
      .sleep(firstAfterMs)
      .then(() => pace.repeat(everySeconds * 1000, async () => start(schedule, where, invoke)))
      // The region has stopped.
      .catch(() => {});
  }
}

function start(
  { name, functionName, input }: ScheduleConfig,
  where: { readonly region: string; readonly accountId: string },
  invoke: SchedulesOptions['invoke'],
): void {
  try {
    invoke(functionName, input ?? eventOf(name, where));
  } catch (error) {
    // A target that is not there, or not any more; a schedule goes on.
    if (!(error instanceof AwsError)) throw error;
  }
}

/**
 * What a target is given that was configured without an input.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-eventbridge-scheduler.html
 */
function eventOf(name: string, { region, accountId }: { readonly region: string; readonly accountId: string }): string {
  return JSON.stringify({
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.scheduler',
    account: accountId,
    time: new Date().toISOString(),
    region,
    resources: [`arn:aws:scheduler:${region}:${accountId}:schedule/default/${name}`],
    detail: '{}',
  });
}
