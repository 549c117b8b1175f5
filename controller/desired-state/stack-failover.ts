import type { RegionalStackStatus, StackFailover } from '../../src/api/regional-stack.ts';
import type { Site } from '../../src/api/site.ts';
import type { Journal } from '../../src/failover/journal.ts';
import { type Plan, planNow } from '../../src/failover/plan.ts';
import { databasesOf, slotOf } from './database-slots.ts';
import { type SettledChecks, switchOf } from './switch-slots.ts';

export interface StackFailoverInput {
  readonly plan: Plan;
  readonly journal: Journal;
  readonly site: Site;
  readonly accountId: string;
  /** `spec.failover` as it stands. */
  readonly current: StackFailover | undefined;
  readonly status: RegionalStackStatus | undefined;
  readonly settled: SettledChecks;
  /** As of `switchOf`. */
  readonly mayFollow: boolean;
}

/**
 * `spec.failover` of a RegionalStack: what the journal decides, and what AWS has been seen to have. Pure.
 *
 * What was seen is sticky: a status that is lost takes no record, alarm or parameter away.
 *
 * @throws Error where the plan's database is none of a stack's.
 */
export function stackFailover(input: StackFailoverInput): StackFailover {
  const { plan, journal, site, accountId, current, status, settled, mayFollow } = input;
  const isActive = journal.activation.active === site;
  const fenced = journal.fenced === site || journal.pendingFence?.site === site;
  return {
    term: journal.activation.term,
    role: isActive ? 'active' : 'standby',
    databases: databasesOf(plan, journal, site, accountId, current?.databases),
    capacity: capacityOf(plan, site, isActive, fenced),
    switch: switchOf(journal, site, current?.switch, settled, mayFollow),
    ...seen('loadBalancer', loadBalancerOf(status) ?? current?.loadBalancer),
    ...seen('databaseEndpoint', endpointOf(plan, journal, site, status) ?? current?.databaseEndpoint),
    ...seen('certificate', certificateOf(status) ?? current?.certificate),
    ...(fenced ? { fenced } : {}),
  };
}

/** A fenced site needs no instances, and must not be brought back to its least number. */
function capacityOf({ sites }: Plan, site: Site, isActive: boolean, fenced: boolean): StackFailover['capacity'] {
  if (fenced) return { min: 0, desired: 0 };
  const { active, standby } = sites[site].capacity;
  const count = isActive ? active : standby;
  return { min: count, desired: count };
}

function loadBalancerOf(status: RegionalStackStatus | undefined): StackFailover['loadBalancer'] {
  const { arn, dnsName, zoneId } = status?.loadBalancer ?? {};
  if (dnsName === undefined || zoneId === undefined) return undefined;
  return {
    dnsName,
    zoneId,
    ...seen('metricName', partAfter('loadbalancer/', arn)),
    ...seen('targetGroupMetricName', partFrom('targetgroup/', status?.targetGroupArn)),
  };
}

/** Of the instance that the site uses; of one that it is to use, once it has an address. */
function endpointOf(plan: Plan, journal: Journal, site: Site, status: RegionalStackStatus | undefined) {
  const { identifier } = planNow(plan, journal).sites[site].database;
  const slot = slotOf(identifier)?.slot;
  const found = slot === undefined ? undefined : status?.databases?.[slot];
  return found?.identifier === identifier ? found.endpoint : undefined;
}

function certificateOf(status: RegionalStackStatus | undefined): StackFailover['certificate'] {
  const { arn, validationName, validationValue } = status?.certificate ?? {};
  if (arn === undefined || validationName === undefined || validationValue === undefined) return undefined;
  return { arn, validationName, validationValue };
}

/** `app/trading-alb/50dc…` of `arn:aws:elasticloadbalancing:…:loadbalancer/app/trading-alb/50dc…`. */
function partAfter(marker: string, arn: string | undefined): string | undefined {
  const at = arn?.indexOf(marker) ?? -1;
  return at < 0 ? undefined : arn?.slice(at + marker.length);
}

function partFrom(marker: string, arn: string | undefined): string | undefined {
  const at = arn?.indexOf(marker) ?? -1;
  return at < 0 ? undefined : arn?.slice(at);
}

function seen<Key extends string, Value>(key: Key, value: Value | undefined): { [Name in Key]?: Value } {
  return (value === undefined ? {} : { [key]: value }) as { [Name in Key]?: Value };
}
