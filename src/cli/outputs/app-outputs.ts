import type { MultiRegionApp } from '../../api/multi-region-app.ts';
import { globalServicesName, stackName } from '../../api/names.ts';
import { sites } from '../../api/site.ts';
import type { ClusterObject, ReadObject } from './read-object.ts';

/** What one object says of the AWS resources behind it. */
export interface Outputs {
  readonly kind: string;
  readonly name: string;
  /** By path, such as `loadBalancer.dnsName`. */
  readonly values: Readonly<Record<string, string>>;
}

/** Ids, ARNs and addresses of an application in AWS, as its objects in the cluster say. */
export async function readOutputs(app: MultiRegionApp, read: ReadObject): Promise<Outputs[]> {
  const { name } = app.metadata;
  const stacks = await Promise.all(sites.map((site) => read('regionalstacks', stackName(name, site))));
  const shared = await read('globalservices', globalServicesName(name));
  const plan = await read('failoverplans', name);
  return [...stacks, shared].map((object) => outputsOf(object, object.status ?? {})).concat(outputsOfPlan(plan));
}

/** Of the plan: the names that clients use, and the instances, which come and go. */
function outputsOfPlan(plan: ClusterObject): Outputs {
  const { dns } = (plan.spec ?? {}) as { readonly dns?: object };
  const { activeRegion, sites: seen } = (plan.status ?? {}) as {
    readonly activeRegion?: string;
    readonly sites?: object;
  };
  return outputsOf(plan, { activeRegion, dns, sites: seen });
}

function outputsOf({ kind, metadata }: ClusterObject, content: object): Outputs {
  return { kind, name: metadata.name, values: Object.fromEntries(leaves(content)) };
}

/** Each value with its path; conditions say how things are, not what they are. */
function leaves(value: unknown, path = ''): [string, string][] {
  if (value === undefined || value === null || path === 'conditions') {
    return [];
  }
  if (Array.isArray(value)) {
    return value.length === 0 ? [] : [[path, value.join(', ')]];
  }
  return typeof value === 'object'
    ? Object.entries(value).flatMap(([key, part]) => leaves(part, path === '' ? key : `${path}.${key}`))
    : [[path, String(value)]];
}
