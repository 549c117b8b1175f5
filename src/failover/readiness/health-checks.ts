import { findingOf } from '../../api/findings.ts';
import { type Site, sites } from '../../api/site.ts';
import { type Outcome, type ReadinessContext, type Rule, whenKnown } from './context.ts';
import { type Fact, ifKnown, known, unknown } from './fact.ts';
import type { DnsFacts, HealthCheckFacts } from './facts.ts';
import { isMarkerCheck, recordsOf } from './records.ts';

/** Checks look each 10 s, or each 30 s. A marker needs one look; what may blink needs three. */
const quickSeconds = 10;
const thresholds = { marker: 1, other: 3 };

/** The health checks that the records follow: there, on, quick, and of the journal's opinion. */
export const healthChecks: Rule = (context) => {
  const dns = ifKnown(context.facts.dns);
  if (context.plan.dns === undefined || dns === null) return [];
  return sites.flatMap((site) => {
    const roots = rootsOf(context, site, dns);
    const ids = [...new Set(roots.flatMap((root) => [root, ...childrenOf(dns, root)]))];
    return [
      ...ids.flatMap((id) => ofCheck(context, site, id, dns.checks[id])),
      ...roots.flatMap((root) => stateOf(context, site, root, dns)),
    ];
  });
};

/** Each check that a record of the site follows, once. */
function rootsOf({ plan }: ReadinessContext, site: Site, dns: DnsFacts): readonly string[] {
  return [...new Set(recordsOf(plan, site, dns).flatMap(({ healthCheckId }) => healthCheckId ?? []))];
}

/** Children of a calculated check, as far as they are known. */
export function childrenOf(dns: DnsFacts, id: string): readonly string[] {
  return checkOf(dns, id)?.children ?? [];
}

function checkOf(dns: DnsFacts, id: string): HealthCheckFacts | null {
  const check = dns.checks[id];
  return check === undefined ? null : ifKnown(check);
}

function ofCheck(
  { plan }: ReadinessContext,
  site: Site,
  check: string,
  fact: Fact<HealthCheckFacts | null> | undefined,
): readonly Outcome[] {
  const { region } = plan.sites[site];
  const name = plan.dns?.name ?? '';
  if (fact === undefined) return [];
  return whenKnown(fact, `the settings of health check ${check}`, site, (found) => {
    if (found === null) return [findingOf('HealthCheckMissing', { check, name, region }, site)];
    const { intervalSeconds: interval, failureThreshold } = found;
    const threshold = failureThreshold ?? 1;
    const allowed = isMarkerCheck(found) ? thresholds.marker : thresholds.other;
    const isSlow = interval !== null && (interval > quickSeconds || threshold > allowed);
    return [
      ...(found.isDisabled ? [findingOf('HealthCheckDisabled', { check, region }, site)] : []),
      ...(isSlow ? [findingOf('HealthCheckSlow', { check, region, interval, threshold }, site)] : []),
    ];
  });
}

/**
 * The active's traffic check is healthy. The standby's is not, as long as it waits for a marker; where Route 53 alone
 * moves traffic, a healthy standby is as it should be.
 */
function stateOf({ plan, facts }: ReadinessContext, site: Site, check: string, dns: DnsFacts): readonly Outcome[] {
  const isActive = site === facts.active;
  if (!isActive && !waitsForMarker(dns, check)) return [];
  const { region } = plan.sites[site];
  const what = `what Route 53 makes of health check ${check} of ${region}`;
  return whenKnown(stateIn(dns, check), what, site, (state) => {
    if (state === (isActive ? 'healthy' : 'unhealthy')) return [];
    const role = isActive ? 'active' : 'standby';
    return [findingOf('HealthCheckUnexpected', { check, region, role, state }, site)];
  });
}

function stateIn({ states }: DnsFacts, check: string): Fact<'healthy' | 'unhealthy'> {
  if (!states.known) return states;
  const state = states.value[check];
  return state === undefined ? unknown('CloudWatch has no datapoint') : known(state);
}

function waitsForMarker(dns: DnsFacts, root: string): boolean {
  return [root, ...childrenOf(dns, root)].some((id) => {
    const check = checkOf(dns, id);
    return check !== null && isMarkerCheck(check);
  });
}
