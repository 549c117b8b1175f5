import type { FailoverSpec, FailoverStatus } from '../src/api/failover.ts';
import type { FailoverPlan, FailoverPlanSpec } from '../src/api/failover-plan.ts';
import type { FailoverPlanStatus } from '../src/api/failover-plan-status.ts';
import type { GlobalServicesSpec, GlobalServicesStatus } from '../src/api/global-services.ts';
import { apiVersion } from '../src/api/object-meta.ts';
import type { RegionalStackSpec, RegionalStackStatus } from '../src/api/regional-stack.ts';
import type { Condition } from './runtime/conditions.ts';
import type { KubernetesObject } from './runtime/kubernetes-object.ts';
import type { Resource } from './runtime/resource.ts';

/** The kinds that the controller works with, as the API server gives them. */

export const failoverPlans = understudy('FailoverPlan', 'failoverplans');
export const failovers = understudy('Failover', 'failovers');
export const regionalStacks = understudy('RegionalStack', 'regionalstacks');
export const globalServices = understudy('GlobalServices', 'globalservices');

export const secrets: Resource = { apiVersion: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true };

/** Managed resources of the Crossplane provider for AWS. */
export const databaseInstances = managed('rds', 'Instance', 'instances');
export const databaseLogGroups = managed('cloudwatchlogs', 'Group', 'groups');
export const healthChecks = managed('route53', 'HealthCheck', 'healthchecks');

export interface PlanObject extends KubernetesObject {
  readonly spec: FailoverPlanSpec;
  readonly status?: FailoverPlanStatus;
}

export interface FailoverObject extends KubernetesObject {
  readonly spec: FailoverSpec;
  readonly status?: FailoverStatus;
}

/** What Crossplane adds to the spec of every composite resource. */
interface Composing {
  readonly crossplane?: { readonly resourceRefs?: readonly { readonly kind?: string; readonly name?: string }[] };
}

export interface StackObject extends KubernetesObject {
  readonly spec: RegionalStackSpec & Composing;
  readonly status?: RegionalStackStatus;
}

export interface ServicesObject extends KubernetesObject {
  readonly spec: GlobalServicesSpec & Composing;
  readonly status?: GlobalServicesStatus;
}

/** As much of a managed resource as the controller looks at. */
export interface ManagedObject extends KubernetesObject {
  readonly spec?: { readonly forProvider?: Readonly<Record<string, unknown>> };
  readonly status?: {
    readonly atProvider?: Readonly<Record<string, unknown>>;
    readonly conditions?: readonly Condition[];
  };
}

/** What the schemas of src/api read. The API server's own fields of metadata say nothing to them. */
export function planResource({ metadata: { name, namespace = 'default' }, spec }: PlanObject): FailoverPlan {
  return { apiVersion, kind: 'FailoverPlan', metadata: { name, namespace }, spec };
}

function understudy(kind: string, plural: string): Resource {
  return { apiVersion, kind, plural, namespaced: true };
}

function managed(service: string, kind: string, plural: string): Resource {
  return { apiVersion: `${service}.aws.m.upbound.io/v1beta1`, kind, plural, namespaced: true };
}
