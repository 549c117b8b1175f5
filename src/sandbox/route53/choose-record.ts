import type { ZoneRecord } from './record.ts';

/**
 * Which record of a group (same name, type and policy) Route 53 answers with. If none is healthy it treats all of them
 * as healthy and chooses by the policy alone, which for failover is the primary. Records of weight 0 count only while
 * no record with a weight is healthy; if nothing at all is, they are left out again.
 *
 * Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html
 *
 * @param random from 0 up to, not including, 1: decides among weighted records.
 * @returns null for an empty group.
 */
export function chooseRecord(
  group: readonly ZoneRecord[],
  isHealthy: (record: ZoneRecord) => boolean,
  random: number,
): ZoneRecord | null {
  const first = group[0];
  if (first === undefined) return null;
  switch (first.routing.policy) {
    case 'Simple':
      return first;
    case 'Failover':
      return chooseFailover(group, isHealthy);
    case 'Weighted':
      return chooseWeighted(group, isHealthy, random);
  }
}

function chooseFailover(group: readonly ZoneRecord[], isHealthy: (record: ZoneRecord) => boolean): ZoneRecord | null {
  const withRole = (role: 'Primary' | 'Secondary') =>
    group.find(({ routing }) => routing.policy === 'Failover' && routing.role === role);
  const inOrder = [withRole('Primary'), withRole('Secondary')].filter((record) => record !== undefined);
  return inOrder.find(isHealthy) ?? inOrder[0] ?? null;
}

function chooseWeighted(
  group: readonly ZoneRecord[],
  isHealthy: (record: ZoneRecord) => boolean,
  random: number,
): ZoneRecord | null {
  const weighted = group.filter((record) => weightOf(record) > 0);
  const weightless = group.filter((record) => weightOf(record) === 0);
  const tiers = [weighted.filter(isHealthy), weightless.filter(isHealthy), weighted, weightless];
  const candidates = tiers.find((tier) => tier.length > 0) ?? [];

  const total = candidates.reduce((sum, record) => sum + weightOf(record), 0);
  if (total === 0) return candidates[Math.floor(random * candidates.length)] ?? null;
  let left = random * total;
  for (const candidate of candidates) {
    left -= weightOf(candidate);
    if (left < 0) return candidate;
  }
  return candidates.at(-1) ?? null;
}

function weightOf({ routing }: ZoneRecord): number {
  return routing.policy === 'Weighted' ? routing.weight : 1;
}
