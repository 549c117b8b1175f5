import { z } from 'zod';
import { durationMs } from '../../src/api/duration.ts';
import { UnderstudyError } from '../../src/api/errors.ts';
import { failoverSpecSchema } from '../../src/api/failover.ts';
import type { OperationRequest } from '../../src/failover/journal.ts';

/** Why a function was started. */
export type StartEvent =
  /** By its schedule, or by hand with an empty payload. */
  | { readonly kind: 'Tick' }
  /** By an alarm of its region. */
  | { readonly kind: 'Alarm'; readonly alarm: string }
  /** By a person who wants an operation. */
  | { readonly kind: 'Request'; readonly request: OperationRequest };

/**
 * EventBridge Scheduler says `aws.scheduler`, a rule with a schedule `aws.events`.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-eventbridge-scheduler.html
 */
const tickSchema = z.object({ source: z.enum(['aws.scheduler', 'aws.events']) });

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html */
const alarmSchema = z.object({
  source: z.literal('aws.cloudwatch'),
  'detail-type': z.literal('CloudWatch Alarm State Change'),
  detail: z.object({ alarmName: z.string().min(1) }),
});

/** As in the spec of a Failover: `{"action":"Failover","reason":"flood","dataLoss":{"acceptUpTo":"90s"}}`. */
const { action, reason, dataLoss } = failoverSpecSchema.shape;
const requestSchema = z.strictObject({ action, reason, dataLoss });

/** @throws UnderstudyError US2003 for anything that is none of them. */
export function startEventOf(event: unknown): StartEvent {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) {
    throw new UnderstudyError('US2003', `the event is ${shown(event)}, and not an object`);
  }
  if (Object.keys(event).length === 0 || tickSchema.safeParse(event).success) return { kind: 'Tick' };
  const alarm = alarmSchema.safeParse(event);
  if (alarm.success) return { kind: 'Alarm', alarm: alarm.data.detail.alarmName };
  if ('source' in event) {
    throw new UnderstudyError('US2003', `an event of ${shown(event.source)} is neither a schedule's nor an alarm's`);
  }
  return { kind: 'Request', request: requestOf(event) };
}

function requestOf(event: object): OperationRequest {
  const parsed = requestSchema.safeParse(event);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the event'}: ${message}`);
    throw new UnderstudyError('US2003', issues.join('; '));
  }
  const { dataLoss: accepted, ...rest } = parsed.data;
  return { ...rest, acceptUpToSeconds: accepted === undefined ? null : durationMs(accepted.acceptUpTo) / 1000 };
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 100);
}
