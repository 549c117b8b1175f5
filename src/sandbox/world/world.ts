import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { UnderstudyError } from '../../api/errors.ts';
import type { FailoverPlan } from '../../api/failover-plan.ts';
import type { MultiRegionApp } from '../../api/multi-region-app.ts';
import type { Site } from '../../api/site.ts';
import { createSwitchboard, route53Upstream, type Switchboard } from '../network/switchboard.ts';
import { scaleDurations } from '../region/aws-durations.ts';
import type { RegionConfig, RegionInfo } from '../region/region-config.ts';
import type { RegionEvent } from '../region/region-events.ts';
import { type RegionProcess, startRegionProcess } from '../region/region-process.ts';
import { type Route53Api, startRoute53Api } from '../route53/api/route53-api.ts';
import { type Route53, startRoute53 } from '../route53/route53.ts';
import { databaseDomain, siteRegionConfig, witnessRegionConfig } from './blueprint.ts';
import { environmentOf } from './environment.ts';
import { buildFunctions, siteFunctions, witnessFunctions } from './functions.ts';
import { internetLocation, operationsLocation, regionsOf } from './locations.ts';
import { createWiring, databaseHost, exposeSites, replicationLinks } from './wiring.ts';
import { withDomain, worldPlan } from './world-plan.ts';
import { firstSwitch } from './world-switch.ts';

export interface WorldOptions {
  readonly app: MultiRegionApp;
  /** Divides intervals and AWS durations. */
  readonly speed: number;
  /** Multiplies the stand-ins for AWS's own durations, beside `speed`; 0 leaves none. @default 1 */
  readonly awsDurationFactor?: number;
  /** Says what is being waited for while the world starts, which takes some seconds. */
  readonly onProgress: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Both regions of an application, the witness's, and the network, DNS and health checks between them. */
export interface World {
  /** As in the file; with a stand-in domain if the file has none. */
  readonly app: MultiRegionApp;
  /** The application's standing policy, with this world's ports in it. */
  readonly plan: FailoverPlan;
  readonly speed: number;
  /** See {@link WorldOptions.awsDurationFactor}. */
  readonly awsDurationFactor: number;
  readonly switchboard: Switchboard;
  readonly route53: Route53;
  readonly route53Api: Route53Api;
  readonly database: { readonly user: string; readonly password: string; readonly database: string };
  /** Calls back for everything that happens in any region, from now on. */
  watch(listener: (event: RegionEvent) => void): void;
  /** The region that a site is in. */
  region(site: Site): RegionProcess;
  /** The region that is neither site's; `null` where the application has no witness. */
  witnessRegion(): RegionProcess | null;
  /** DNS name of the database that a site's application uses now. */
  databaseHost(site: Site): string;
  /** SIGKILL of everything in the site's region: an outage. */
  killRegion(site: Site): Promise<void>;
  /** Starts a region that was killed, on all that it had. */
  restartRegion(site: Site): Promise<void>;
  /** What a process needs in its environment to be in a place: `operations`, `internet` or a region. */
  environment(location: string): NodeJS.ProcessEnv;
  /** Ends every process and removes every file. */
  close(): Promise<void>;
}

/**
 * Starts a world. Whatever fails or is interrupted on the way, nothing of it is left behind.
 *
 * @throws UnderstudyError if this machine cannot hold it: addresses, ports, disk, PostgreSQL.
 */
export async function startWorld(options: WorldOptions): Promise<World> {
  const cleanups: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup().catch(() => undefined);
  };
  try {
    const world = await build(options, (cleanup) => cleanups.push(cleanup));
    return { ...world, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const pollMs = 50;
/** One way between the two sites: about what us-east-1 and us-west-2 have, so that replication has something to lag by. */
const betweenSitesMs = 32;
/** Route 53 has more; each costs this machine a connection per interval and check. */
const checkerCount = 4;

async function build(
  options: WorldOptions,
  atClose: (cleanup: () => Promise<unknown>) => void,
): Promise<Omit<World, 'close'>> {
  const { speed, awsDurationFactor = 1, onProgress, signal } = options;
  const app = withDomain(options.app);
  const directory = await worldDirectory();
  atClose(() => rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));
  const building = buildFunctions(path.join(directory, 'functions'));
  // Told where it is waited for.
  building.catch(() => undefined);

  const switchboard = await createSwitchboard({ locations: [...regionsOf(app), operationsLocation, internetLocation] });
  atClose(() => switchboard.close());
  await exposeSites(switchboard, app);
  const route53 = await startRoute53({
    locations: switchboard.locations,
    addressOf: switchboard.addressOf,
    httpPort: switchboard.httpPort,
    speed,
    checkerCount,
  });
  atClose(() => route53.close());
  const route53Api = await startRoute53Api(route53, zoneNameOf(app));
  atClose(() => route53Api.close());
  switchboard.setUpstream(route53Upstream, route53Api.port);
  // A new check is healthy before it has looked, which would send traffic to the standby: markers are looked for from
  // the beginning, and records come when all have been seen to be missing.
  route53.upsert({ healthChecks: firstSwitch(app).markers });

  const wiring = createWiring(switchboard);
  const regions = new Map<string, RegionProcess>();
  const wired = new Map<string, Promise<void>>();
  /** One change of a region after the other, each by what the region says then. */
  const rewire = (name: string): Promise<void> => {
    const done = (wired.get(name) ?? Promise.resolve()).then(async () => {
      // One that has ended meanwhile is disconnected by whoever ended it.
      const info = await regions
        .get(name)
        ?.refresh()
        .catch(() => undefined);
      if (info === undefined) return;
      await wiring.connect(info);
      followDatabase(route53, info, databaseDomain(name));
    });
    wired.set(name, done);
    return done;
  };
  atClose(() => Promise.all(wired.values()));
  const listeners: ((event: RegionEvent) => void)[] = [];
  const start = async (config: RegionConfig): Promise<void> => {
    signal.throwIfAborted();
    const region = await startRegionProcess(config, {
      onEvent(event) {
        if (event.type === 'Database') void rewire(config.region);
        for (const listener of listeners) listener(event);
      },
    });
    atClose(() => region.stop());
    regions.set(config.region, region);
    await rewire(config.region);
    signal.throwIfAborted();
  };
  const password = randomBytes(18).toString('base64url');
  const plan = worldPlan(app, { http: switchboard.httpPort, database: switchboard.databasePort });
  const functions = {
    folders: await building,
    plan,
    speed,
    password,
    surroundings: (location: string) => ({
      awsEndpointUrl: switchboard.awsEndpointUrl(location),
      dnsServer: route53.dnsServer(location),
    }),
  };
  const blueprint = {
    directory,
    speed,
    durations: scaleDurations(awsDurationFactor),
    password,
    databasePort: switchboard.databasePort,
    functions: (place: Site | 'witness') =>
      place === 'witness' ? witnessFunctions(app, functions) : siteFunctions(app, place, functions),
    replicationLinks: (from: string) => replicationLinks(switchboard, app, from),
  };
  const { primary, secondary, witness } = app.spec;
  onProgress(`PostgreSQL starts in ${primary.region}`);
  await start(siteRegionConfig(app, 'primary', blueprint));
  onProgress(`its replica is copied to ${secondary.region}`);
  await start(siteRegionConfig(app, 'secondary', blueprint));
  if (witness !== 'none') await start(witnessRegionConfig(app, witness, blueprint));

  switchboard.link(primary.region, secondary.region).delay(betweenSitesMs);
  switchboard.link(secondary.region, primary.region).delay(betweenSitesMs);

  const { records, ...checks } = firstSwitch(app);
  route53.upsert({ healthChecks: checks.others });
  onProgress('health checks settle');
  while (!checks.markers.every(({ id }) => route53.status(id)?.settled)) await delay(pollMs, undefined, { signal });
  route53.upsert({ records });

  const region = (site: Site): RegionProcess => {
    const found = regions.get(app.spec[site].region);
    if (found === undefined) throw new Error(`${site} has no region`);
    return found;
  };
  return {
    app,
    plan,
    speed,
    awsDurationFactor,
    switchboard,
    route53,
    route53Api,
    database: { user: app.spec.database.username, password, database: app.spec.database.name },
    watch: (listener) => void listeners.push(listener),
    region,
    witnessRegion: () => regions.get(witness) ?? null,
    databaseHost: (site) => databaseHost(app, site, regions.get(app.spec[site].region)?.info.applicationDatabase),
    async killRegion(site) {
      const name = app.spec[site].region;
      wiring.disconnect(name);
      await region(site).kill();
      // What was being connected when it was killed.
      await wired.get(name);
      wiring.disconnect(name);
    },
    async restartRegion(site) {
      await region(site).restart();
      await rewire(app.spec[site].region);
    },
    environment: (location) => environmentOf(switchboard.awsEndpointUrl(location), route53.dnsServer(location)),
  };
}

/**
 * Lets the records that lead to a region's database follow it, as the composition does from what the controller writes:
 * a name that no instance has any more gives way to the present one's.
 */
function followDatabase(route53: Route53, { applicationDatabase, databases }: RegionInfo, domain: string): void {
  if (applicationDatabase === undefined) return;
  const hosts = databases.map(({ identifier }) => `${identifier}.${domain}`);
  const stale = (value: string): boolean => value.endsWith(`.${domain}`) && !hosts.includes(value);
  const records = route53.records().flatMap((record) => {
    if (record.data.kind === 'Alias' || !record.data.values.some(stale)) return [];
    return [{ ...record, data: { ...record.data, values: [`${applicationDatabase}.${domain}`] } }];
  });
  if (records.length > 0) route53.upsert({ records });
}

function zoneNameOf({ spec: { domain } }: MultiRegionApp): string {
  return domain === 'none' ? 'example.com' : domain.zoneName;
}

/** Open to be passed through, since PostgreSQL runs as another user when this process is root. */
async function worldDirectory(): Promise<string> {
  try {
    const directory = await mkdtemp(path.join(tmpdir(), 'understudy-world-'));
    await chmod(directory, 0o755);
    return directory;
  } catch (cause) {
    throw new UnderstudyError('US5020', `no folder can be made in ${tmpdir()}`, { cause });
  }
}
