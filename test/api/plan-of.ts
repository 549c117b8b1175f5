import { type FailoverPlan, type FailoverPlanInput, failoverPlanSchema } from '../../src/api/failover-plan.ts';
import { apiVersion } from '../../src/api/object-meta.ts';

type SpecInput = FailoverPlanInput['spec'];
type SiteInput = SpecInput['sites']['primary'];

export function siteOf(region: string, site: Partial<SiteInput> = {}): SiteInput {
  return {
    region,
    endpointUrl: `https://${region}.trading.example.com/healthz`,
    database: { kind: 'Instance', identifier: 'trading' },
    switchBucket: `trading-switch-${region}`,
    journalTable: 'trading-journal',
    ...site,
  };
}

/** A plan with the least that one needs, and these settings. */
export function planOf(spec: Partial<SpecInput> = {}): FailoverPlan {
  const sites = { primary: siteOf('us-east-1'), secondary: siteOf('us-west-2') };
  return failoverPlanSchema.parse({
    apiVersion,
    kind: 'FailoverPlan',
    metadata: { name: 'trading' },
    spec: { sites, ...spec },
  });
}
