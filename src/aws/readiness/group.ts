import { type AutoScalingClient, DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import type { GroupFacts } from '../../failover/readiness/facts.ts';
import { readCall } from '../bounded-call.ts';

/**
 * An Auto Scaling group; `null` if there is none of that name.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AutoScalingGroup.html
 * @throws PortError
 */
export async function groupFacts(
  client: AutoScalingClient,
  name: string,
  limit: AbortSignal,
): Promise<GroupFacts | null> {
  const { AutoScalingGroups } = await readCall(limit, (options) =>
    client.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }), options),
  );
  const [group] = AutoScalingGroups ?? [];
  if (group === undefined) return null;
  return {
    min: group.MinSize ?? 0,
    max: group.MaxSize ?? 0,
    desired: group.DesiredCapacity ?? 0,
    inService: (group.Instances ?? []).filter((instance) => instance.LifecycleState === 'InService').length,
    suspendedProcesses: (group.SuspendedProcesses ?? []).flatMap(({ ProcessName }) => ProcessName ?? []),
  };
}
