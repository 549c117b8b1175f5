import type { Site } from '../api/site.ts';
import type { Plan } from '../failover/plan.ts';
import { PortError } from '../failover/port-error.ts';
import type { AwsClients } from './clients.ts';
import { loadBalancerUrl } from './target-group.ts';

/** Where a site itself answers, whichever site the application's name leads to. */
export interface SiteEndpoints {
  /** @throws PortError; `Refused` if the plan names neither an endpoint nor a target group. */
  healthUrl(site: Site, limit: AbortSignal): Promise<URL>;
}

/**
 * The plan's `endpointUrl`, or else the load balancer of its target group, which is asked for once: its name outlives
 * the region's control plane.
 */
export function createSiteEndpoints(plan: Plan, clients: AwsClients): SiteEndpoints {
  const found = new Map<Site, URL>();
  return {
    async healthUrl(site, limit) {
      const known = found.get(site);
      if (known !== undefined) return known;
      const url = await find(plan, clients, site, limit);
      found.set(site, url);
      return url;
    },
  };
}

async function find(plan: Plan, clients: AwsClients, site: Site, limit: AbortSignal): Promise<URL> {
  const { endpointUrl, targetGroup, region } = plan.sites[site];
  if (endpointUrl !== undefined) return new URL(endpointUrl);
  if (targetGroup === undefined) {
    throw new PortError(
      'Refused',
      'NoEndpoint',
      `the plan names neither spec.sites.${site}.endpointUrl nor spec.sites.${site}.targetGroup`,
    );
  }
  return loadBalancerUrl(clients.loadBalancing(region), targetGroup, limit);
}
