import type { MultiRegionApp } from '../../api/multi-region-app.ts';
import { scopeOf, siteNames } from '../../api/names.ts';
import { otherSite, type Site, sites } from '../../api/site.ts';
import { awsUpstream, type Switchboard } from '../network/switchboard.ts';
import type { RegionInfo, TcpAddress } from '../region/region-config.ts';
import { databaseDomain } from './blueprint.ts';
import { internetLocation } from './locations.ts';

/** DNS name of a site's load balancer, of the form that AWS gives. */
export function loadBalancerHost(app: MultiRegionApp, site: Site): string {
  const { region } = app.spec[site];
  return `${siteNames({ ...scopeOf(app), region }).loadBalancer}.${region}.elb.amazonaws.com`;
}

/**
 * DNS name of the endpoint of a site's database, of the form that AWS gives.
 *
 * @param identifier @default that of its first one
 */
export function databaseHost(app: MultiRegionApp, site: Site, identifier?: string): string {
  const { region } = app.spec[site];
  return endpointHost(identifier ?? siteNames({ ...scopeOf(app), region }).database, region);
}

function endpointHost(identifier: string, region: string): string {
  return `${identifier}.${databaseDomain(region)}`;
}

/** Where the databases of other regions follow those of a region. */
export function replicationHost(region: string): string {
  return `replication.${region}.rds.amazonaws.com`;
}

const upstreams = {
  loadBalancer: (region: string) => `load-balancer.${region}`,
  replication: (region: string) => `replication.${region}`,
  /** Behind the network ACL, as the application's subnets meet a database. */
  guardedDatabase: (host: string) => `guarded.${host}`,
  /** As everybody else meets it, whom the ACL's entries do not name. */
  directDatabase: (host: string) => `direct.${host}`,
};

/** Gives the names of both sites that always stand their addresses; nothing answers there yet. */
export async function exposeSites(switchboard: Switchboard, app: MultiRegionApp): Promise<void> {
  for (const site of sites) {
    const { region } = app.spec[site];
    const expose = (hostname: string, port: 'http' | 'database', upstream: string) =>
      switchboard.expose({ hostname, region, port, upstream });
    await expose(loadBalancerHost(app, site), 'http', upstreams.loadBalancer(region));
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

/** The network's side of the regions' processes. */
export interface Wiring {
  /** Connects the network to what a region's process serves now; databases come and go. */
  connect(info: RegionInfo): Promise<void>;
  /** Nothing answers for the region any more; its names stay. */
  disconnect(region: string): void;
}

/**
 * Users on the internet stand for the application's subnets: their way to a database passes the network ACL. Actors, in
 * the regions and elsewhere, have the way that the ACL's entries do not name.
 */
export function createWiring(switchboard: Switchboard): Wiring {
  const exposed = new Map<string, Set<string>>();

  const expose = async (region: string, hosts: ReadonlySet<string>): Promise<void> => {
    const known = exposed.get(region) ?? new Set();
    exposed.set(region, known);
    for (const hostname of [...known].filter((host) => !hosts.has(host))) {
      known.delete(hostname);
      await switchboard.withdraw(hostname);
    }
    for (const hostname of [...hosts].filter((host) => !known.has(host))) {
      known.add(hostname);
      const upstream = (location: string) =>
        location === internetLocation ? upstreams.guardedDatabase(hostname) : upstreams.directDatabase(hostname);
      await switchboard.expose({ hostname, region, port: 'database', upstream });
    }
  };
  const setDatabases = (region: string, portsOf: (host: string) => DatabasePorts | undefined): void => {
    for (const host of exposed.get(region) ?? []) {
      const ports = portsOf(host);
      switchboard.setUpstream(upstreams.guardedDatabase(host), ports?.port ?? null);
      switchboard.setUpstream(upstreams.directDatabase(host), ports?.directPort ?? null);
    }
  };

  return {
    async connect({ region, databases, ...info }) {
      const byHost = new Map(databases.map((database) => [endpointHost(database.identifier, region), database]));
      await expose(region, new Set(byHost.keys()));
      setDatabases(region, (host) => byHost.get(host));
      switchboard.setUpstream(awsUpstream(region), info.apiPort);
      switchboard.setUpstream(upstreams.replication(region), info.replicationPort);
      switchboard.setUpstream(upstreams.loadBalancer(region), info.loadBalancerPort ?? null);
    },
    disconnect(region) {
      setDatabases(region, () => undefined);
      for (const upstream of [awsUpstream(region), upstreams.replication(region), upstreams.loadBalancer(region)]) {
        switchboard.setUpstream(upstream, null);
      }
    },
  };
}

type DatabasePorts = Pick<RegionInfo['databases'][number], 'port' | 'directPort'>;
