import {
  CreateDBInstanceReadReplicaCommand,
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { loadApp } from '../../../src/cli/load-app.ts';
import { operationsLocation } from '../../../src/sandbox/world/locations.ts';
import { startWorld, type World } from '../../../src/sandbox/world/world.ts';

/** A world takes some seconds of both cores to start; other suites may want them too. */
const limitMs = 600_000;
let world: World;
let west: RDSClient;

beforeAll(async () => {
  const app = await loadApp('examples/trading-rds.yaml');
  const { signal } = new AbortController();
  world = await startWorld({ app, speed: 20, onProgress: () => {}, signal });
  west = new RDSClient({
    region: app.spec.secondary.region,
    endpoint: world.switchboard.awsEndpointUrl(operationsLocation),
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
}, limitMs);
afterAll(async () => {
  west?.destroy();
  await world?.close();
}, limitMs);

async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const startMs = performance.now();
  while (!(await condition())) {
    if (performance.now() - startMs > 180_000) throw new Error(`not within three minutes: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Whether a database takes connections by a name, in a place. */
async function answersIn(location: string, hostname: string): Promise<boolean> {
  const host = world.switchboard.addressOf(location, hostname);
  if (host === null) return false;
  const client = new Client({ host, port: world.switchboard.databasePort, ...world.database });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.query('select 1')).rowCount === 1;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

async function endpointOf(identifier: string): Promise<string | undefined> {
  const described = await west
    .send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier }))
    .catch(() => undefined);
  return described?.DBInstances?.[0]?.Endpoint?.Address;
}

it(
  'leads to every database by its own name, one that was made since included, after a restart of its region too',
  async () => {
    const { secondary, primary } = world.app.spec;
    const [first] = (await west.send(new DescribeDBInstancesCommand({}))).DBInstances ?? [];
    const source = first?.ReadReplicaSourceDBInstanceIdentifier ?? '';
    expect(source).toContain(primary.region);
    const identifier = `${first?.DBInstanceIdentifier}-b2`;
    await west.send(
      new CreateDBInstanceReadReplicaCommand({
        DBInstanceIdentifier: identifier,
        SourceDBInstanceIdentifier: source,
      }),
    );
    await until('the new replica has an endpoint', async () => (await endpointOf(identifier)) !== undefined);
    const host = (await endpointOf(identifier)) ?? '';
    for (const location of ['internet', 'operations', primary.region, secondary.region]) {
      await until(`${host} answers in ${location}`, () => answersIn(location, host));
    }

    await world.killRegion('secondary');
    expect(await answersIn('operations', host)).toBe(false);
    await world.restartRegion('secondary');
    await until(`${host} answers again`, () => answersIn('operations', host));

    // The application goes on with what is left, and the database's name with it.
    const old = world.databaseHost('secondary');
    expect(old).not.toBe(host);
    await west.send(
      new DeleteDBInstanceCommand({ DBInstanceIdentifier: first?.DBInstanceIdentifier, SkipFinalSnapshot: true }),
    );
    await until('the application follows', () => world.databaseHost('secondary') === host);
    expect(world.switchboard.addressOf('operations', old)).toBeNull();
    const targets = world.route53.records().flatMap(({ data }) => (data.kind === 'Values' ? data.values : []));
    expect(targets).toContain(host);
    expect(targets).not.toContain(old);
  },
  limitMs,
);
