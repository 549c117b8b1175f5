import type { Finding } from '../../api/failover-plan-status.ts';
import { findingOf } from '../../api/findings.ts';
import { type Site, sites } from '../../api/site.ts';
import type { Plan } from '../plan.ts';
import { type Outcome, type Rule, whenKnown } from './context.ts';
import type { DnsFacts, HealthCheckFacts, RecordFacts } from './facts.ts';

/** The longest TTL that is no hindrance: an alias of a load balancer has it, and cannot have another. */
const longestTtlSeconds = 60;

/** The records that move clients: there for both sites, following a check and nothing else, and soon forgotten. */
export const records: Rule = ({ plan, facts }) => {
  const { dns } = plan;
  if (dns === undefined) return [];
  return whenKnown(facts.dns, `the records of ${dns.name}`, undefined, (found) => [
    ...sites.flatMap((site) => ofSite(plan, site, dns.name, found)),
    ...ttls(found, dns),
  ]);
};

function ofSite(plan: Plan, site: Site, name: string, found: DnsFacts): readonly Outcome[] {
  const ours = recordsOf(plan, site, found);
  const { region } = plan.sites[site];
  return [
    ...(ours.some((record) => record.name === name) ? [] : [findingOf('RecordMissing', { name, region }, site)]),
    ...ours.flatMap((record) => ofRecord(record, site)),
  ];
}

function ofRecord({ name, setIdentifier, healthCheckId, evaluatesTarget }: RecordFacts, site: Site): Finding[] {
  const values = { name, setIdentifier: setIdentifier ?? '(none)' };
  return [
    ...(healthCheckId === null ? [findingOf('RecordWithoutCheck', values, site)] : []),
    ...(evaluatesTarget === true ? [findingOf('TargetHealthEvaluated', values, site)] : []),
  ];
}

/** The longest of each name, since a client may have got either record. */
function ttls(found: DnsFacts, dns: NonNullable<Plan['dns']>): readonly Outcome[] {
  return [dns.name, dns.databaseName].flatMap((name) => {
    const seconds = found.records.flatMap((record) => (record.name === name ? (record.ttlSeconds ?? []) : []));
    const longest = Math.max(...seconds);
    const allowed = Math.min(longestTtlSeconds, name === dns.name ? dns.ttlSeconds : longestTtlSeconds);
    return name !== undefined && longest > allowed ? [findingOf('TtlTooLong', { name, found: longest, allowed })] : [];
  });
}

/**
 * The records of a site: those whose set identifier is its region, as Understudy's are, and otherwise by failover
 * routing, where PRIMARY is the primary's for ever.
 */
export function recordsOf(plan: Plan, site: Site, dns: DnsFacts): readonly RecordFacts[] {
  const byRegion = dns.records.filter((record) => record.setIdentifier === plan.sites[site].region);
  if (byRegion.length > 0) return byRegion;
  const half = site === 'primary' ? 'PRIMARY' : 'SECONDARY';
  return dns.records.filter((record) => record.failover === half);
}

/** A check that looks for a takeover marker: the one that a failover waits for. */
export function isMarkerCheck(check: HealthCheckFacts): boolean {
  return check.path?.startsWith('/takeover/') ?? false;
}
