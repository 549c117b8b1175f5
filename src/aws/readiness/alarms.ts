import { type CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import type { AlarmFacts } from '../../failover/readiness/facts.ts';
import { readCall } from '../bounded-call.ts';
import { allPages } from './pages.ts';

/**
 * The alarms without data among those that tell a topic: who made them, and how they are called, does not matter then.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 * @throws PortError
 */
export async function alarmsWithoutData(
  client: CloudWatchClient,
  topicArn: string,
  limit: AbortSignal,
): Promise<readonly AlarmFacts[]> {
  const alarms = await allPages(async (marker) => {
    const command = new DescribeAlarmsCommand({
      ActionPrefix: topicArn,
      StateValue: 'INSUFFICIENT_DATA',
      AlarmTypes: ['MetricAlarm'],
      NextToken: marker,
    });
    const page = await readCall(limit, (options) => client.send(command, options));
    return { items: page.MetricAlarms ?? [], next: page.NextToken };
  });
  return alarms.map((alarm) => ({
    name: alarm.AlarmName ?? '',
    state: alarm.StateValue ?? '',
    sinceMs: (alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp)?.getTime() ?? null,
  }));
}
