import type { MultiRegionApp } from '../../api/multi-region-app.ts';
import { scopeOf, siteNames } from '../../api/names.ts';
import { otherSite, type Site, sites } from '../../api/site.ts';
import { awsUpstream, type Switchboard } from '../network/switchboard.ts';
import type { RegionInfo, TcpAddress } from '../region/region-config.ts';
import { databaseDomain } from './blueprint.ts';

/** DNS name of a site's load balancer, of the form that AWS gives. */
export function loadBalancerHost(app: MultiRegionApp, site: Site): string {
  const { region } = app.spec[site];
  return `${siteNames({ ...scopeOf(app), region }).loadBalancer}.${region}.elb.amazonaws.com`;
}

/** DNS name of the endpoint of a site's first database, of the form that AWS gives. */
export function databaseHost(app: MultiRegionApp, site: Site): string {
  const { region } = app.spec[site];
  return `${siteNames({ ...scopeOf(app), region }).database}.${databaseDomain(region)}`;
}

function replicationHost(region: string): string {
  return `replication.${region}.rds.amazonaws.com`;
}

const upstreams = {
  loadBalancer: (region: string) => `load-balancer.${region}`,
  database: (region: string) => `database.${region}`,
  replication: (region: string) => `replication.${region}`,
};

/** Gives every name of both sites its addresses; nothing answers there before the region is connected. */
export async function exposeSites(switchboard: Switchboard, app: MultiRegionApp): Promise<void> {
  for (const site of sites) {
    const { region } = app.spec[site];
    const expose = (hostname: string, port: 'http' | 'database', upstream: string) =>
      switchboard.expose({ hostname, region, port, upstream });
    await expose(loadBalancerHost(app, site), 'http', upstreams.loadBalancer(region));
    await expose(databaseHost(app, site), 'database', upstreams.database(region));
    await expose(replicationHost(region), 'database', upstreams.replication(region));
  }
}

/** Where a region's databases find those of the other site. */
export function replicationLinks(
  switchboard: Switchboard,
  app: MultiRegionApp,
  fromRegion: string,
): Readonly<Record<string, TcpAddress>> {
  const site = sites.find((candidate) => app.spec[candidate].region === fromRegion);
  if (site === undefined) return {};
  const { region } = app.spec[otherSite(site)];
  const host = switchboard.addressOf(fromRegion, replicationHost(region));
  return host === null ? {} : { [region]: { host, port: switchboard.databasePort } };
}

/** Connects the network to what a region's process serves now. */
export function connectRegion(switchboard: Switchboard, info: RegionInfo): void {
  const [database] = info.databases;
  switchboard.setUpstream(awsUpstream(info.region), info.apiPort);
  switchboard.setUpstream(upstreams.replication(info.region), info.replicationPort);
  switchboard.setUpstream(upstreams.loadBalancer(info.region), info.loadBalancerPort ?? null);
  switchboard.setUpstream(upstreams.database(info.region), database?.port ?? null);
}

/** Nothing answers for the region any more. */
export function disconnectRegion(switchboard: Switchboard, region: string): void {
  for (const upstream of [awsUpstream(region), ...Object.values(upstreams).map((name) => name(region))]) {
    switchboard.setUpstream(upstream, null);
  }
}
