import type { Vantage as PlannedVantage } from '../../src/api/failover-plan.ts';
import type { OwnVantage } from '../../src/aws/aws-ports.ts';
import type { SitePlan } from './site-plan.ts';

/** The plan's vantages of a kind that a function in `region` looks through: both sites' health URLs, from there. */
export function vantagesOf({ resource }: SitePlan, kind: PlannedVantage['kind'], region: string): OwnVantage[] {
  return resource.spec.detection.vantages
    .filter((vantage) => vantage.kind === kind && vantage.domain === region)
    .map(({ name, domain }) => ({ name, domain, sees: 'Endpoint' }));
}

/** Route 53's checkers, which can be asked from anywhere: by DNS, with no call to a region. */
export function dnsVantagesOf({ resource }: SitePlan): OwnVantage[] {
  return resource.spec.detection.vantages
    .filter(({ kind }) => kind === 'Dns')
    .map(({ name, domain }) => ({ name, domain, sees: 'Dns' }));
}
