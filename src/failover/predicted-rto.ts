import { type RtoPart, rtoParts, totalMs } from '../api/rto-estimate.ts';
import { otherSite } from '../api/site.ts';
import type { Plan } from './plan.ts';
import { ifKnown } from './readiness/fact.ts';
import type { DnsFacts, MeasuredPromotion, ReadinessFacts } from './readiness/facts.ts';
import { childrenOf } from './readiness/health-checks.ts';
import { isMarkerCheck, recordsOf } from './readiness/records.ts';
import { spanText } from './readiness/span-text.ts';

/** Recovery time to expect of a failover that would begin now. */
export interface PredictedRto {
  readonly totalMs: number;
  readonly parts: readonly RtoPart[];
  /** Where the promotion time comes from, such as `measured by trading#7 (Drill)`. */
  readonly promotionSource: string;
}

/**
 * Detection, decision, promotion and traffic. What was measured or found counts before what is planned with: the
 * promotion of the latest operation or drill, the settings of the standby's own health checks, the TTL of the records.
 */
export function predictRto(plan: Plan, facts: Pick<ReadinessFacts, 'active' | 'dns' | 'promotion'>): PredictedRto {
  const promotion = ifKnown(facts.promotion);
  const parts = rtoParts({
    detectionMs: plan.windowMs,
    ...(promotion === null ? {} : { promotionMs: promotion.promotionMs }),
    traffic: plan.dns === undefined ? null : trafficOf(plan, plan.dns, facts),
  });
  return { totalMs: totalMs(parts), parts, promotionSource: sourceOf(promotion) };
}

/** `30s detection + 5s decision + …`, as messages show it. */
export function partsText(parts: readonly RtoPart[]): string {
  return parts.map(({ name, ms }) => `${spanText(ms)} ${name}`).join(' + ');
}

function sourceOf(promotion: MeasuredPromotion | null): string {
  return promotion === null
    ? 'planned with, since no operation or drill has measured it'
    : `measured by ${promotion.operation} (${promotion.action})`;
}

function trafficOf(
  plan: Plan,
  { name, ttlSeconds }: NonNullable<Plan['dns']>,
  { active, dns }: Pick<ReadinessFacts, 'active' | 'dns'>,
) {
  const found = ifKnown(dns);
  if (found === null) return { ttlSeconds };
  const ttls = found.records.flatMap((record) => (record.name === name ? [record.ttlSeconds ?? ttlSeconds] : []));
  const checkMs = slowestMarkerMs(plan, active, found);
  return { ttlSeconds: Math.max(ttlSeconds, ...ttls), ...(checkMs === null ? {} : { checkMs }) };
}

/** Of the checks that look for the standby's marker; `null` where none of them is known. */
function slowestMarkerMs(plan: Plan, active: ReadinessFacts['active'], dns: DnsFacts): number | null {
  const roots = recordsOf(plan, otherSite(active), dns).flatMap(({ healthCheckId }) => healthCheckId ?? []);
  const ids = roots.flatMap((root) => [root, ...childrenOf(dns, root)]);
  const times = ids.flatMap((id) => {
    const check = dns.checks[id];
    const found = check === undefined ? null : ifKnown(check);
    return found !== null && isMarkerCheck(found) && found.intervalSeconds !== null
      ? [found.intervalSeconds * (found.failureThreshold ?? 1) * 1000]
      : [];
  });
  return times.length === 0 ? null : Math.max(...times);
}
