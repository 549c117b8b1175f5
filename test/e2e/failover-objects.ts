import { apiVersion } from '../../src/api/object-meta.ts';
import type { KubernetesObject } from './rig/kubernetes/api-client.ts';

/** FailoverPlans and Failovers as people write them, the wrong ones among them. */
export interface PlanSpec {
  readonly sites?: object;
  readonly [field: string]: unknown;
}

/** A site with the least that a plan needs. */
export function site(region: string): object {
  return {
    region,
    endpointUrl: `https://${region}.trading.example.com/healthz`,
    database: { kind: 'Instance', identifier: 'trading' },
    switchBucket: `trading-switch-${region}`,
    journalTable: 'trading-journal',
  };
}

/** A plan of `us-east-1` and `us-west-2`; `sites` replaces sites, anything else is added to the spec. */
export function planObject(namespace: string, name: string, spec: PlanSpec = {}): KubernetesObject {
  const { sites = {}, ...rest } = spec;
  const both = { primary: site('us-east-1'), secondary: site('us-west-2'), ...sites };
  return { apiVersion, kind: 'FailoverPlan', metadata: { name, namespace }, spec: { sites: both, ...rest } };
}

export function failoverObject(namespace: string, name: string, spec: object, plan = 'trading'): KubernetesObject {
  return { apiVersion, kind: 'Failover', metadata: { name, namespace }, spec: { planRef: { name: plan }, ...spec } };
}
