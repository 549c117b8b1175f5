import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { CreateNetworkAclEntryCommand, DeleteNetworkAclEntryCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateDBInstanceReadReplicaCommand,
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  PromoteReadReplicaCommand,
  RDSClient,
  StopDBInstanceCommand,
} from '@aws-sdk/client-rds';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { noDurations } from '../../../src/sandbox/region/aws-durations.ts';
import { type Region, startRegion } from '../../../src/sandbox/region/region.ts';
import type { RegionConfig } from '../../../src/sandbox/region/region-config.ts';
import type { RegionEvent } from '../../../src/sandbox/region/region-events.ts';
import { makeFolder } from './a-folder.ts';
import { holds } from './holds.ts';

const accountId = '123456789012';
const identifier = 'trading-db';
const master = { masterUsername: 'trading', masterPassword: "it's secret", databaseName: 'trading' };
const common: Omit<RegionConfig, 'region' | 'directory'> = {
  accountId,
  speed: 20,
  durations: { ...noDurations, databaseModification: 2_000 },
  application: {
    databaseIdentifier: identifier,
    username: 'trading',
    password: "it's secret",
    databaseName: 'trading',
  },
  autoScalingGroup: { name: 'app', min: 1, max: 2, desired: 1 },
  loadBalancer: { name: 'app', targetGroup: 'app' },
  networkAcl: { id: 'acl-1', name: 'data', vpcId: 'vpc-1', subnetIds: ['subnet-1'], applicationCidr: '10.0.0.0/20' },
};

let folder: Awaited<ReturnType<typeof makeFolder>>;
let active: Region;
let standby: Region;
const events: RegionEvent[] = [];

beforeAll(async () => {
  folder = await makeFolder();
  const east = 'us-east-1';
  active = await startRegion({
    ...common,
    region: east,
    directory: `${folder.path}/east`,
    database: { ...master, identifier },
  });
  standby = await startRegion(
    {
      ...common,
      region: 'us-west-2',
      directory: `${folder.path}/west`,
      replicationLinks: { [east]: { host: '127.0.0.1', port: active.info.replicationPort } },
      database: { ...master, identifier, sourceArn: `arn:aws:rds:${east}:${accountId}:db:${identifier}` },
    },
    (event) => events.push(event),
  );
}, 60_000);
afterAll(async () => {
  await standby?.stop();
  await active?.stop();
  await folder?.remove();
});

const clientOf = <Client>(Class: new (options: object) => Client, region: Region): Client =>
  new Class({
    region: region.info.region,
    endpoint: region.info.endpoint,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  });
const rds = (region: Region) => clientOf(RDSClient, region);
const describeIn = async (region: Region, DBInstanceIdentifier = identifier) =>
  (await rds(region).send(new DescribeDBInstancesCommand({ DBInstanceIdentifier }))).DBInstances?.[0];
const trade = (region: Region, id: string) =>
  fetch(`http://127.0.0.1:${region.info.loadBalancerPort}/trades`, {
    method: 'POST',
    body: JSON.stringify({ id, at: '2026-01-01T00:00:00Z' }),
  });
const connect = async (port: number | undefined) => {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: 'trading',
    password: "it's secret",
    database: 'trading',
  });
  await client.connect();
  return client;
};

// The order of a failover: each step leaves the world as the next one finds it.
describe('two regions', () => {
  it('describe a source and its replica as RDS does', async () => {
    expect(await describeIn(active)).toMatchObject({
      DBInstanceStatus: 'available',
      Endpoint: { Address: '127.0.0.1', Port: active.info.databases[0]?.port },
      ReadReplicaDBInstanceIdentifiers: [`arn:aws:rds:us-west-2:${accountId}:db:${identifier}`],
    });
    expect(await describeIn(standby)).toMatchObject({
      ReadReplicaSourceDBInstanceIdentifier: `arn:aws:rds:us-east-1:${accountId}:db:${identifier}`,
      MasterUsername: 'trading',
      DBName: 'trading',
    });
    await expect(
      rds(active).send(new StopDBInstanceCommand({ DBInstanceIdentifier: identifier })),
    ).rejects.toMatchObject({
      name: 'InvalidDBInstanceStateFault',
    });
    await expect(
      rds(active).send(new PromoteReadReplicaCommand({ DBInstanceIdentifier: identifier })),
    ).rejects.toMatchObject({
      name: 'InvalidDBInstanceStateFault',
      message: expect.stringContaining('not a read replica'),
    });
  });

  it('acknowledge a trade in one, see it in the other, and refuse one there', async () => {
    const answer = await trade(active, 'first');
    expect([answer.status, await answer.json()]).toMatchObject([201, { id: 'first', region: 'us-east-1' }]);
    const again = (await (await trade(active, 'first')).json()) as { sequence: number };
    expect(again.sequence).toBe(1);
    const replica = await connect(standby.info.databases[0]?.directPort);
    await holds(async () => {
      const { rows } = await replica.query("SELECT id FROM trades UNION ALL SELECT 'beat' FROM trading_heartbeat");
      expect(rows.map(({ id }) => id)).toEqual(['first', 'beat']);
    });
    await replica.end();
    expect((await trade(standby, 'refused')).status).toBe(503);
    expect((await fetch(`http://127.0.0.1:${standby.info.loadBalancerPort}/healthz`)).status).toBe(200);
  });

  it('publish the lag of the replica', async () => {
    await holds(async () => {
      const { Datapoints } = await clientOf(CloudWatchClient, standby).send(
        new GetMetricStatisticsCommand({
          Namespace: 'AWS/RDS',
          MetricName: 'ReplicaLag',
          Dimensions: [{ Name: 'DBInstanceIdentifier', Value: identifier }],
          StartTime: new Date(Date.now() - 60_000),
          EndTime: new Date(Date.now() + 60_000),
          Period: 60,
          Statistics: ['Maximum'],
        }),
      );
      expect(Datapoints?.[0]?.Maximum).toBeGreaterThanOrEqual(0);
    });
  });

  it('cut the application off its database by a network ACL, and nobody else', async () => {
    const database = active.info.databases[0];
    const application = await connect(database?.port);
    const prober = await connect(database?.directPort);
    let cut = false;
    application.on('error', () => {
      cut = true;
    });
    const rule = { NetworkAclId: 'acl-1', RuleNumber: 1, Egress: false };
    const deny = { ...rule, RuleAction: 'deny', Protocol: '6', CidrBlock: '10.0.0.0/20' } as const;
    const PortRange = { From: database?.port, To: database?.port };
    await clientOf(EC2Client, active).send(new CreateNetworkAclEntryCommand({ ...deny, PortRange }));

    await holds(() => expect(cut).toBe(true));
    await expect(connect(database?.port)).rejects.toThrow();
    expect((await trade(active, 'fenced')).status).toBe(503);
    await holds(async () => {
      const { rows } = await prober.query(
        "SELECT count(*)::int AS sessions FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND usename = 'trading'",
      );
      expect(rows).toEqual([{ sessions: 0 }]);
    });
    await prober.end();

    await clientOf(EC2Client, active).send(new DeleteNetworkAclEntryCommand(rule));
    await holds(async () => expect((await trade(active, 'unfenced')).status).toBe(201));
  });

  it('make and delete one more replica, for a drill', async () => {
    const copy = { DBInstanceIdentifier: 'drill' };
    await rds(standby).send(
      new CreateDBInstanceReadReplicaCommand({
        ...copy,
        SourceDBInstanceIdentifier: `arn:aws:rds:us-east-1:${accountId}:db:${identifier}`,
      }),
    );
    expect((await describeIn(standby, 'drill'))?.DBInstanceStatus).toBe('creating');
    await holds(async () => expect((await describeIn(standby, 'drill'))?.DBInstanceStatus).toBe('available'));
    await rds(standby).send(new DeleteDBInstanceCommand({ ...copy, SkipFinalSnapshot: true }));
    await holds(async () => {
      await expect(describeIn(standby, 'drill')).rejects.toMatchObject({ name: 'DBInstanceNotFoundFault' });
    });
  });

  it('refuse a promotion during a backup', async () => {
    await standby.backUp(identifier, 100);
    await expect(
      rds(standby).send(new PromoteReadReplicaCommand({ DBInstanceIdentifier: identifier })),
    ).rejects.toMatchObject({ name: 'InvalidDBInstanceStateFault' });
    await holds(async () => expect((await describeIn(standby))?.DBInstanceStatus).toBe('available'));
  });

  it('promote the replica once, although its source is gone', async () => {
    await active.stop();
    const promote = () => rds(standby).send(new PromoteReadReplicaCommand({ DBInstanceIdentifier: identifier }));
    const seen = events.length;
    expect((await promote()).DBInstance?.DBInstanceStatus).toBe('modifying');
    await expect(promote()).rejects.toMatchObject({ name: 'InvalidDBInstanceStateFault' });

    await holds(async () => expect((await describeIn(standby))?.DBInstanceStatus).toBe('available'));
    expect((await describeIn(standby))?.ReadReplicaSourceDBInstanceIdentifier).toBeUndefined();
    const statuses = events.slice(seen).flatMap((event) => (event.type === 'Database' ? [event.status] : []));
    expect(statuses).toEqual(['modifying', 'rebooting', 'backing-up', 'available']);
    const promotions = standby.calls.filter(({ operation }) => operation === 'PromoteReadReplica');
    expect(promotions.map(({ result }) => result)).toEqual(['InvalidDBInstanceState', 'OK', 'InvalidDBInstanceState']);

    await holds(async () => expect((await trade(standby, 'after')).status).toBe(201));
    const database = await connect(standby.info.databases[0]?.port);
    const { rows } = await database.query(
      "SELECT id FROM trades WHERE id IN ('first', 'unfenced', 'after') ORDER BY seq",
    );
    expect(rows.map(({ id }) => id)).toEqual(['first', 'unfenced', 'after']);
    await database.end();
  });
});
