import { findingOf } from '../../api/findings.ts';
import { type Site, sites } from '../../api/site.ts';
import { type Outcome, type ReadinessContext, type Rule, whenKnown } from './context.ts';
import type { GroupFacts } from './facts.ts';

/** Processes without which a group cannot grow to serve: the load balancer is told by AddToLoadBalancer. */
const neededProcesses: readonly string[] = ['Launch', 'AddToLoadBalancer'];

/** Instances of the application: those that the role needs now, and room for those of an active site. */
export const capacity: Rule = (context) =>
  sites.flatMap((site) => [...groupOf(context, site), ...targetsOf(context, site)]);

function groupOf(context: ReadinessContext, site: Site): readonly Outcome[] {
  const { plan, facts } = context;
  const { region, autoScalingGroup: group } = plan.sites[site];
  if (group === undefined) return [];
  return whenKnown(facts.sites[site].group, `the capacity of ${group} in ${region}`, site, (found) =>
    found === null
      ? [findingOf('GroupMissing', { group, region, site }, site)]
      : [
          ...inRole(context, site, group, found),
          ...(site === context.standby ? room(context, site, group, found) : []),
        ],
  );
}

function inRole(context: ReadinessContext, site: Site, group: string, { inService }: GroupFacts): readonly Outcome[] {
  const { region, capacity: planned } = context.plan.sites[site];
  const role = site === context.active ? 'active' : 'standby';
  const needed = neededOf(context, planned[role]);
  return inService < needed ? [findingOf('CapacityShort', { group, region, role, inService, needed }, site)] : [];
}

/**
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetDesiredCapacity.html for the bound.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html
 */
function room(context: ReadinessContext, site: Site, group: string, found: GroupFacts): readonly Outcome[] {
  const { region, capacity: planned } = context.plan.sites[site];
  const processes = found.suspendedProcesses.filter((process) => neededProcesses.includes(process));
  const values = { group, region, max: found.max, needed: planned.active };
  return [
    ...(found.max < planned.active ? [findingOf('CapacityCapped', values, site)] : []),
    ...(processes.length > 0
      ? [findingOf('ScalingSuspended', { group, region, processes: processes.join(' and ') }, site)]
      : []),
  ];
}

function targetsOf(context: ReadinessContext, site: Site): readonly Outcome[] {
  const { plan, facts, active } = context;
  const { region, targetGroup: group, capacity: planned } = plan.sites[site];
  if (group === undefined) return [];
  return whenKnown(facts.sites[site].targets, `the targets of ${group} in ${region}`, site, (found) => {
    const needed = neededOf(context, site === active ? planned.active : planned.standby);
    return found.healthy < needed ? [findingOf('TargetsUnhealthy', { group, region, ...found, needed }, site)] : [];
  });
}

/** As many as a failover waits for. */
function neededOf({ plan }: ReadinessContext, planned: number): number {
  return Math.ceil((planned * plan.minHealthyTargetsPercent) / 100);
}
