import {
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  type ElasticLoadBalancingV2Client,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { PortError } from '../failover/port-error.ts';
import { readCall } from './bounded-call.ts';

/** Counts of a target group's registered targets. */
export interface TargetHealth {
  readonly registered: number;
  readonly healthy: number;
}

/**
 * How many targets of the group, by name or ARN, pass their health check.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetHealth.html
 * @throws PortError
 */
export async function targetHealth(
  client: ElasticLoadBalancingV2Client,
  targetGroup: string,
  limit: AbortSignal,
): Promise<TargetHealth> {
  const arn = targetGroup.startsWith('arn:')
    ? targetGroup
    : (await describe(client, targetGroup, limit)).TargetGroupArn;
  const { TargetHealthDescriptions: targets = [] } = await readCall(limit, (options) =>
    client.send(new DescribeTargetHealthCommand({ TargetGroupArn: arn }), options),
  );
  return {
    registered: targets.length,
    healthy: targets.filter((target) => target.TargetHealth?.State === 'healthy').length,
  };
}

/**
 * Health URL of the load balancer that the group belongs to, over HTTP on port 80: its DNS name, and the group's own
 * health check path.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroup.html
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeLoadBalancers.html
 * @throws PortError; `Refused` if no load balancer uses the group.
 */
export async function loadBalancerUrl(
  client: ElasticLoadBalancingV2Client,
  targetGroup: string,
  limit: AbortSignal,
): Promise<URL> {
  const { LoadBalancerArns: [arn] = [], HealthCheckPath: path = '/' } = await describe(client, targetGroup, limit);
  if (arn === undefined) {
    throw new PortError('Refused', 'NoLoadBalancer', `no load balancer uses target group ${targetGroup}`);
  }
  const { LoadBalancers } = await readCall(limit, (options) =>
    client.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] }), options),
  );
  const host = LoadBalancers?.[0]?.DNSName;
  if (host === undefined) throw new PortError('Retryable', 'NoDnsName', `${arn} has no DNS name yet`);
  return new URL(path, `http://${host}`);
}

async function describe(
  client: ElasticLoadBalancingV2Client,
  targetGroup: string,
  limit: AbortSignal,
): Promise<TargetGroup> {
  const by = targetGroup.startsWith('arn:') ? { TargetGroupArns: [targetGroup] } : { Names: [targetGroup] };
  const { TargetGroups } = await readCall(limit, (options) =>
    client.send(new DescribeTargetGroupsCommand(by), options),
  );
  const [found] = TargetGroups ?? [];
  if (found === undefined) {
    throw new PortError('Refused', 'TargetGroupNotFound', `there is no target group ${targetGroup}`);
  }
  return found;
}
