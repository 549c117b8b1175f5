import {
  type AutoScalingGroup,
  DescribeAutoScalingGroupsCommand,
  SetDesiredCapacityCommand,
} from '@aws-sdk/client-auto-scaling';
import type { Site } from '../../api/site.ts';
import type { EffectOf, Look } from '../../failover/effect.ts';
import { PortError } from '../../failover/port-error.ts';
import type { EffectHandler } from '../../failover/ports.ts';
import { mutatingCall, readCall } from '../bounded-call.ts';
import { targetHealth } from '../target-group.ts';
import type { EffectContext } from './effect-context.ts';

/**
 * Brings a site's Auto Scaling group to the capacity of an active one, and waits until enough of it serves: the plan's
 * `minHealthyTargetsPercent` of the wanted instances in service, and as many targets healthy. It never lowers a
 * capacity, and never touches the group's limits, which belong to the manifests.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetDesiredCapacity.html
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html for `InService`
 */
export class ScaleSite implements EffectHandler<'scale'> {
  readonly #context: EffectContext;

  constructor(context: EffectContext) {
    this.#context = context;
  }

  async check({ site, desired }: EffectOf<'scale'>): Promise<Look> {
    const limit = this.#context.callLimit();
    const name = this.#groupName(site);
    const group = await this.#describe(site, name, limit);
    const current = group.DesiredCapacity ?? 0;
    if (current < desired) {
      const most = group.MaxSize ?? 0;
      if (most < desired) {
        throw new PortError(
          'Refused',
          'MaxSizeTooSmall',
          `Auto Scaling group ${name} may have ${most} instances and needs ${desired}: raise its maximum size`,
        );
      }
      return { state: 'NotDone', detail: `${name} has a desired capacity of ${current}, ${desired} wanted` };
    }
    return this.#progress(site, desired, group, limit);
  }

  async perform({ site, desired }: EffectOf<'scale'>): Promise<void> {
    const client = this.#context.clients.autoScaling(this.#context.region(site));
    const command = new SetDesiredCapacityCommand({
      AutoScalingGroupName: this.#groupName(site),
      DesiredCapacity: desired,
      HonorCooldown: false,
    });
    await mutatingCall(this.#context.callLimit(), (options) => client.send(command, options));
  }

  async #progress(site: Site, desired: number, group: AutoScalingGroup, limit: AbortSignal): Promise<Look> {
    const { plan } = this.#context;
    const needed = Math.ceil((desired * plan.minHealthyTargetsPercent) / 100);
    const inService = (group.Instances ?? []).filter((instance) => instance.LifecycleState === 'InService').length;
    const running = `${inService} of ${desired} instances in service`;
    if (inService < needed) return { state: 'Called', detail: `${running}, ${needed} needed` };

    const { targetGroup } = plan.sites[site];
    if (targetGroup === undefined) return { state: 'Done', detail: running };
    const client = this.#context.clients.loadBalancing(this.#context.region(site));
    const { healthy } = await targetHealth(client, targetGroup, limit);
    const detail = `${running}, ${healthy} targets healthy`;
    return healthy < needed ? { state: 'Called', detail: `${detail}, ${needed} needed` } : { state: 'Done', detail };
  }

  async #describe(site: Site, name: string, limit: AbortSignal): Promise<AutoScalingGroup> {
    const region = this.#context.region(site);
    const { AutoScalingGroups } = await readCall(limit, (options) =>
      this.#context.clients
        .autoScaling(region)
        .send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }), options),
    );
    const [group] = AutoScalingGroups ?? [];
    if (group !== undefined) return group;
    throw new PortError('Refused', 'AutoScalingGroupNotFound', `there is no Auto Scaling group ${name} in ${region}`);
  }

  #groupName(site: Site): string {
    const { autoScalingGroup } = this.#context.plan.sites[site];
    if (autoScalingGroup !== undefined) return autoScalingGroup;
    throw new PortError('Refused', 'NoAutoScalingGroup', `the plan names no spec.sites.${site}.autoScalingGroup`);
  }
}
