import { randomUUID } from 'node:crypto';
import type { AlarmChange } from './alarms.ts';

/** What a change of an alarm is to whoever hears of it. */
export interface AlarmNews {
  /** Topics that are told. */
  readonly topicArns: readonly string[];
  readonly subject: string;
  readonly message: string;
  /** As EventBridge gives it to rules. */
  readonly event: object;
}

/**
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
 */
export function newsOf({ alarm, before }: AlarmChange, region: string, account: string): AlarmNews {
  const { AlarmName, AlarmDescription, StateValue, AlarmActions, OKActions, InsufficientDataActions } = alarm;
  const at = alarm.StateTransitionedTimestamp ?? new Date();
  const actions = { ALARM: AlarmActions, OK: OKActions, INSUFFICIENT_DATA: InsufficientDataActions };
  return {
    topicArns: actions[StateValue ?? 'INSUFFICIENT_DATA'] ?? [],
    subject: `${StateValue}: "${AlarmName}" in ${region}`,
    message: JSON.stringify({
      AlarmName,
      AlarmDescription,
      AWSAccountId: account,
      NewStateValue: StateValue,
      OldStateValue: before,
      StateChangeTime: at.toISOString(),
      Region: region,
    }),
    event: {
      version: '0',
      id: randomUUID(),
      'detail-type': 'CloudWatch Alarm State Change',
      source: 'aws.cloudwatch',
      account,
      time: at.toISOString(),
      region,
      resources: [`arn:aws:cloudwatch:${region}:${account}:alarm:${AlarmName}`],
      detail: {
        alarmName: AlarmName,
        state: { value: StateValue, timestamp: at.toISOString() },
        previousState: { value: before },
        configuration: { description: AlarmDescription },
      },
    },
  };
}
