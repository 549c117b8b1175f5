import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { type AwsPortsOptions, createAwsPorts } from '../../src/aws/aws-ports.ts';
import { AwsClients } from '../../src/aws/clients.ts';
import type { DatabaseCredentials } from '../../src/aws/database-session.ts';
import { createResolver, type NameResolver } from '../../src/aws/resolver.ts';
import { systemClock } from '../../src/aws/system-clock.ts';
import type { Effect, Look } from '../../src/failover/effect.ts';
import { handlerOf, type Ports } from '../../src/failover/ports.ts';
import { defaultTiming } from '../../src/failover/timing.ts';
import { createSwitchboard } from '../../src/sandbox/network/switchboard.ts';
import { noDurations } from '../../src/sandbox/region/aws-durations.ts';
import { type Region, startRegion } from '../../src/sandbox/region/region.ts';
import type { RegionConfig } from '../../src/sandbox/region/region-config.ts';
import { databaseDomain } from '../../src/sandbox/world/blueprint.ts';
import { createWiring } from '../../src/sandbox/world/wiring.ts';
import { examplePlan, planTable } from './example-plan.ts';
import { credentials } from './local-aws.ts';

/** One region that plays both sites, on real PostgreSQL, with the network that leads to its databases. */
export interface WiredRegion {
  readonly region: Region;
  readonly clients: AwsClients;
  readonly login: DatabaseCredentials;
  /** As an actor has them, whose way to the databases passes no network ACL. */
  ports(changes?: PortsChanges): Ports;
  /** A session of the application's, which passes the network ACL. The caller ends it. */
  asApplication(database: string): Promise<Client>;
  /** Makes the names of databases lead where they are now. */
  rewire(): Promise<void>;
  close(): Promise<void>;
}

export interface PortsChanges extends Partial<AwsPortsOptions> {
  readonly login?: Partial<DatabaseCredentials>;
  /** Identifier of both sites' database. */
  readonly database?: string;
  readonly applicationCidr?: string;
}

const name = 'us-west-2';
const login = { user: 'trading', password: 'correct horse', database: 'trading', tls: false } as const;

/** With the database `trading-db`. */
export async function startWiredRegion(config: Partial<RegionConfig> = {}): Promise<WiredRegion> {
  const directory = await mkdtemp(path.join(tmpdir(), 'understudy-region-'));
  // PostgreSQL runs as another user where the test runs as root.
  await chmod(directory, 0o711);
  const switchboard = await createSwitchboard({ locations: [name, 'operations', 'internet'] });
  const { databasePort } = switchboard;
  const wiring = createWiring(switchboard);
  const region = await startRegion({
    region: name,
    accountId: '111122223333',
    directory,
    durations: noDurations,
    database: {
      identifier: 'trading-db',
      masterUsername: login.user,
      masterPassword: login.password,
      databaseName: login.database,
    },
    databaseEndpoints: { domain: databaseDomain(name), port: databasePort },
    networkAcl: {
      id: 'acl-1',
      name: 'trading-db-acl',
      vpcId: 'vpc-1',
      subnetIds: ['subnet-1'],
      applicationCidr: '10.0.10.0/24',
    },
    buckets: ['switch-east', 'switch-west', 'witness-ohio'],
    tables: [{ name: planTable, partitionKey: 'plan', sortKey: { name: 'item', type: 'S' } }],
    ...config,
  });
  await wiring.connect(region.info);
  const clients = new AwsClients({ actor: 'controller/1', callMs: 5_000, endpoint: region.info.endpoint, credentials });
  const resolver: NameResolver = {
    ...createResolver({ timeoutMs: 1_000 }),
    async addresses(hostname) {
      const address = switchboard.addressOf('operations', hostname);
      if (address === null) throw Object.assign(new Error(`queryA ENOTFOUND ${hostname}`), { syscall: 'queryA' });
      return [address];
    },
  };
  return {
    region,
    clients,
    login,
    ports: (changes = {}) => portsOf(clients, resolver, databasePort, changes),
    async asApplication(database) {
      const host = switchboard.addressOf('internet', `${database}.${databaseDomain(name)}`) ?? '';
      const { user, password } = login;
      const client = new Client({ host, port: databasePort, user, password, database: login.database });
      client.on('error', () => {});
      await client.connect();
      return client;
    },
    rewire: () => wiring.connect(region.info),
    async close() {
      clients.close();
      await region.stop();
      await switchboard.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function portsOf(clients: AwsClients, resolver: NameResolver, port: number, changes: PortsChanges): Ports {
  const { login: otherLogin, database = 'trading-db', applicationCidr = '10.0.10.0/24', ...options } = changes;
  const site = {
    region: name,
    database: { kind: 'Instance', identifier: database, port } as const,
    fencing: { networkAcl: 'trading-db-acl', applicationCidrs: [applicationCidr] },
  };
  return createAwsPorts({
    plan: examplePlan({ site }),
    timing: { ...defaultTiming, callMs: 2_000 },
    actor: 'controller/1',
    clients,
    clock: systemClock,
    resolver,
    credentialsOf: async () => ({ ...login, ...otherLogin }),
    vantages: [],
    report: () => {},
    ...options,
  });
}

export async function lookAt(ports: Ports, effect: Effect): Promise<Look> {
  const handler = handlerOf(ports.effects, effect);
  if (handler === null) throw new Error(`there is no handler of ${effect.kind}`);
  return handler.check(effect as never);
}

export async function perform(ports: Ports, effect: Effect): Promise<void> {
  const handler = handlerOf(ports.effects, effect);
  if (handler?.perform === undefined) throw new Error(`${effect.kind} performs nothing`);
  await handler.perform(effect as never);
}

/** Waits until the look at an effect gives a state. */
export async function until(ports: Ports, effect: Effect, state: Look['state'], limitMs = 40_000): Promise<Look> {
  const startMs = performance.now();
  for (;;) {
    const look = await lookAt(ports, effect);
    if (look.state === state) return look;
    if (performance.now() - startMs > limitMs) throw new Error(`${effect.kind} is ${look.state}: ${look.detail}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
