import {
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  type TargetHealthReasonEnum,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { LoadBalancer } from '../../application/load-balancer.ts';
import { AwsError } from '../wire/aws-error.ts';
import { operation } from '../wire/operation.ts';
import { queryService } from '../wire/query-service.ts';
import type { Service } from '../wire/service.ts';

/** The region's load balancer with its target group, as AWS names them. */
export interface NamedLoadBalancer {
  readonly name: string;
  readonly arn: string;
  readonly targetGroupName: string;
  readonly targetGroupArn: string;
  readonly vpcId: string;
  readonly balancer: LoadBalancer;
}

/** Source: Elastic Load Balancing API Reference, version 2015-12-01. */
export function elasticLoadBalancingService(balancers: readonly NamedLoadBalancer[]): Service {
  return queryService({
    signingName: 'elasticloadbalancing',
    xmlNamespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
    operations: [
      operation(DescribeLoadBalancersCommand, ({ Names, LoadBalancerArns }) => {
        const found = balancers.filter(({ name, arn }) => wanted(name, Names) && wanted(arn, LoadBalancerArns));
        if (found.length === 0 && (Names?.length || LoadBalancerArns?.length)) {
          throw new AwsError('LoadBalancerNotFound', 'One or more load balancers not found');
        }
        return {
          LoadBalancers: found.map(({ name, arn, vpcId, balancer }) => ({
            LoadBalancerName: name,
            LoadBalancerArn: arn,
            // AWS gives a name on port 80; here the port is part of the address.
            DNSName: `127.0.0.1:${balancer.port}`,
            VpcId: vpcId,
            Type: 'application' as const,
            Scheme: 'internet-facing' as const,
            State: { Code: 'active' as const },
          })),
        };
      }),
      operation(DescribeTargetGroupsCommand, ({ Names, TargetGroupArns, LoadBalancerArn }) => {
        const found = balancers.filter(
          ({ targetGroupName, targetGroupArn, arn }) =>
            wanted(targetGroupName, Names) &&
            wanted(targetGroupArn, TargetGroupArns) &&
            (LoadBalancerArn === undefined || arn === LoadBalancerArn),
        );
        if (found.length === 0 && (Names?.length || TargetGroupArns?.length)) throw targetGroupNotFound();
        return {
          TargetGroups: found.map(({ targetGroupName, targetGroupArn, arn, vpcId }) => ({
            TargetGroupName: targetGroupName,
            TargetGroupArn: targetGroupArn,
            LoadBalancerArns: [arn],
            VpcId: vpcId,
            Protocol: 'HTTP' as const,
            TargetType: 'instance' as const,
          })),
        };
      }),
      operation(DescribeTargetHealthCommand, ({ TargetGroupArn, Targets }) => {
        const found = balancers.find(({ targetGroupArn }) => targetGroupArn === TargetGroupArn);
        if (found === undefined) throw targetGroupNotFound();
        const ids = Targets?.flatMap(({ Id }) => (Id === undefined ? [] : [Id]));
        return {
          TargetHealthDescriptions: found.balancer.health
            .filter(({ id }) => wanted(id, ids))
            .map(({ id, port, state, reason, description }) => ({
              Target: { Id: id, Port: port },
              HealthCheckPort: String(port),
              TargetHealth: {
                State: state,
                ...(reason === undefined ? {} : { Reason: reason as TargetHealthReasonEnum }),
                ...(description === undefined ? {} : { Description: description }),
              },
            })),
        };
      }),
    ],
  });
}

function wanted(value: string, list: readonly string[] | undefined): boolean {
  return !list?.length || list.includes(value);
}

function targetGroupNotFound(): AwsError {
  return new AwsError('TargetGroupNotFound', 'One or more target groups not found');
}
