import { type FailoverPlan, type FailoverPlanInput, failoverPlanSchema } from '../../src/api/failover-plan.ts';
import { apiVersion } from '../../src/api/object-meta.ts';
import { type Plan, planOf } from '../../src/failover/plan.ts';

export const benchNamespace = 'bench';
export const benchTable = 'bench-journal';
export const regions = { primary: 'us-east-1', secondary: 'us-west-2' } as const;

/** `app-00042` */
export function planName(index: number): string {
  return `app-${String(index).padStart(5, '0')}`;
}

/** Spread over the whole range, and not in the order of names. */
export function priorityOf(index: number): number {
  return ((index * 7919) % 2001) - 1000;
}

export function bucketOf(plan: string, region: string): string {
  return `${plan}-switch-${region}`;
}

/**
 * A plan as an application with every default has it, votes of four failure domains included; without what Crossplane
 * would have built.
 *
 * @param siteUrl where both sites' health is answered, at `/primary` and `/secondary`.
 */
export function planObject(
  index: number,
  siteUrl: string,
): Pick<FailoverPlanInput, 'apiVersion' | 'kind' | 'spec'> & {
  readonly metadata: { readonly name: string; readonly namespace: string };
} {
  const name = planName(index);
  const site = (of: 'primary' | 'secondary') => ({
    region: regions[of],
    endpointUrl: `${siteUrl}/${of}`,
    database: { kind: 'Instance' as const, identifier: `${name}-db` },
    switchBucket: bucketOf(name, regions[of]),
    journalTable: benchTable,
  });
  return {
    apiVersion,
    kind: 'FailoverPlan',
    metadata: { name, namespace: benchNamespace },
    spec: {
      sites: { primary: site('primary'), secondary: site('secondary') },
      dns: { name: `${name}.example.com`, healthName: `_health.${name}.example.com` },
      detection: {
        vantages: [
          { name: 'controller', kind: 'Controller', domain: 'operations' },
          { name: 'dns', kind: 'Dns', domain: 'route53' },
          { name: 'prober-primary', kind: 'Prober', domain: regions.primary },
          { name: 'prober-secondary', kind: 'Prober', domain: regions.secondary },
        ],
      },
      priority: priorityOf(index),
    },
  };
}

/** As the engine has it. */
export function enginePlan(index: number, siteUrl: string): Plan {
  return planOf(failoverPlanSchema.parse(planObject(index, siteUrl)) as FailoverPlan);
}
