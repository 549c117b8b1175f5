import {
  type AutoScalingGroup as AutoScalingGroupDescription,
  DescribeAutoScalingGroupsCommand,
  SetDesiredCapacityCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import { AwsError } from '../wire/aws-error.ts';
import { operation } from '../wire/operation.ts';
import { queryService } from '../wire/query-service.ts';
import type { Service } from '../wire/service.ts';
import type { AutoScalingGroup, Capacity } from './auto-scaling-group.ts';

export interface AutoScalingOptions {
  readonly region: string;
  readonly groups: readonly AutoScalingGroup[];
  readonly targetGroupArns: readonly string[];
}

/** Source: Amazon EC2 Auto Scaling API Reference; a group that does not exist is a ValidationError. */
export function autoScalingService(options: AutoScalingOptions): Service {
  const { groups } = options;
  const find = (name: string | undefined): AutoScalingGroup => {
    const group = groups.find((each) => each.name === name);
    if (group !== undefined) return group;
    throw new AwsError('ValidationError', `AutoScalingGroup name not found - AutoScalingGroup ${name} not found`);
  };

  return queryService({
    signingName: 'autoscaling',
    xmlNamespace: 'http://autoscaling.amazonaws.com/doc/2011-01-01/',
    operations: [
      operation(DescribeAutoScalingGroupsCommand, ({ AutoScalingGroupNames }) => ({
        AutoScalingGroups: groups
          .filter(({ name }) => !AutoScalingGroupNames?.length || AutoScalingGroupNames.includes(name))
          .map((group) => describe(group, options)),
      })),
      operation(SetDesiredCapacityCommand, async ({ AutoScalingGroupName, DesiredCapacity }) => {
        const group = find(AutoScalingGroupName);
        await group.resize(checked({ ...group.capacity, desired: DesiredCapacity ?? group.capacity.desired }));
        return {};
      }),
      operation(UpdateAutoScalingGroupCommand, async (input) => {
        const group = find(input.AutoScalingGroupName);
        const { min, max, desired } = group.capacity;
        const changed = { min: input.MinSize ?? min, max: input.MaxSize ?? max };
        // Without a desired capacity, the present one is moved between the new bounds.
        const moved = Math.min(Math.max(desired, changed.min), changed.max);
        await group.resize(checked({ ...changed, desired: input.DesiredCapacity ?? moved }));
        return {};
      }),
    ],
  });
}

function checked(capacity: Capacity): Capacity {
  const { min, max, desired } = capacity;
  if (min > max) throw new AwsError('ValidationError', `Min bound, ${min}, must be less than or equal to max, ${max}`);
  if (desired > max) {
    throw new AwsError(
      'ValidationError',
      `New SetDesiredCapacity value ${desired} is above max value ${max} for the AutoScalingGroup.`,
    );
  }
  if (desired < min) {
    throw new AwsError(
      'ValidationError',
      `New SetDesiredCapacity value ${desired} is below min value ${min} for the AutoScalingGroup.`,
    );
  }
  return capacity;
}

function describe(group: AutoScalingGroup, options: AutoScalingOptions): AutoScalingGroupDescription {
  const { min, max, desired } = group.capacity;
  const zone = `${options.region}a`;
  return {
    AutoScalingGroupName: group.name,
    MinSize: min,
    MaxSize: max,
    DesiredCapacity: desired,
    DefaultCooldown: 300,
    AvailabilityZones: [zone],
    HealthCheckType: 'EC2',
    CreatedTime: new Date(0),
    TargetGroupARNs: [...options.targetGroupArns],
    Instances: group.instances.map(({ id, state }) => ({
      InstanceId: id,
      AvailabilityZone: zone,
      LifecycleState: state,
      HealthStatus: 'Healthy',
      ProtectedFromScaleIn: false,
    })),
  };
}
