import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CreateDBInstanceReadReplicaCommand } from '@aws-sdk/client-rds';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createAwsPorts } from '../../src/aws/aws-ports.ts';
import { AwsClients } from '../../src/aws/clients.ts';
import type { DatabaseCredentials } from '../../src/aws/database-session.ts';
import { createResolver } from '../../src/aws/resolver.ts';
import { systemClock } from '../../src/aws/system-clock.ts';
import type { EffectOf, Look } from '../../src/failover/effect.ts';
import type { Ports } from '../../src/failover/ports.ts';
import { defaultTiming } from '../../src/failover/timing.ts';
import { noDurations } from '../../src/sandbox/region/aws-durations.ts';
import { type Region, startRegion } from '../../src/sandbox/region/region.ts';
import { examplePlan, planTable } from './example-plan.ts';
import { credentials } from './local-aws.ts';

// One region plays both sites: its instance is a primary with a replica beside it, on real PostgreSQL.

const password = 'correct horse';
const login: DatabaseCredentials = { user: 'trading', password, database: 'trading', tls: false };
let directory: string;
let region: Region;
let clients: AwsClients;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'understudy-region-'));
  // PostgreSQL runs as another user where the test runs as root.
  await chmod(directory, 0o711);
  region = await startRegion({
    region: 'us-west-2',
    accountId: '111122223333',
    directory,
    durations: noDurations,
    database: {
      identifier: 'trading-db',
      masterUsername: 'trading',
      masterPassword: password,
      databaseName: 'trading',
    },
    networkAcl: {
      id: 'acl-1',
      name: 'trading-db-acl',
      vpcId: 'vpc-1',
      subnetIds: ['subnet-1'],
      applicationCidr: '10.0.10.0/24',
    },
    buckets: ['switch-east', 'switch-west', 'witness-ohio'],
    tables: [{ name: planTable, partitionKey: 'plan', sortKey: { name: 'item', type: 'S' } }],
  });
  clients = new AwsClients({ actor: 'controller/1', callMs: 5_000, endpoint: region.info.endpoint, credentials });
}, 60_000);
afterAll(async () => {
  clients?.close();
  await region?.stop();
  await rm(directory, { recursive: true, force: true });
}, 60_000);

interface Changes {
  readonly login?: Partial<DatabaseCredentials>;
  readonly database?: string;
  readonly applicationCidr?: string;
}

function portsWith(changes: Changes = {}): Ports {
  const port = region.info.databases[0]?.port ?? 0;
  const database = { kind: 'Instance', identifier: changes.database ?? 'trading-db', port } as const;
  const applicationCidrs = [changes.applicationCidr ?? '10.0.10.0/24'];
  const fencing = { networkAcl: 'trading-db-acl', applicationCidrs };
  return createAwsPorts({
    plan: examplePlan({ site: { database, fencing } }),
    timing: { ...defaultTiming, callMs: 2_000 },
    actor: 'controller/1',
    clients,
    clock: systemClock,
    resolver: createResolver({ timeoutMs: 1_000 }),
    credentialsOf: async () => ({ ...login, ...changes.login }),
    vantages: [],
    report: () => {},
  });
}

async function until(condition: () => Promise<boolean>, limitMs = 40_000): Promise<void> {
  const startMs = performance.now();
  while (!(await condition())) {
    if (performance.now() - startMs > limitMs) throw new Error(`not within ${limitMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function verifyWritable(ports: Ports): Promise<Look> {
  const effect: EffectOf<'verify-writable'> = { kind: 'verify-writable', site: 'secondary' };
  const handler = ports.effects['verify-writable'];
  if (handler === null) throw new Error('there is no handler');
  return handler.check(effect);
}

describe('verify-writable', () => {
  it('writes, and each time one more', async () => {
    const ports = portsWith();
    const first = await verifyWritable(ports);
    expect(first).toMatchObject({ state: 'Done' });
    const second = await verifyWritable(ports);
    expect(second).toMatchObject({ state: 'Done' });
    expect(second.detail).not.toBe(first.detail);
  });

  it('refuses a wrong password', async () => {
    await expect(verifyWritable(portsWith({ login: { password: 'wrong' } }))).rejects.toMatchObject({
      kind: 'Refused',
      code: expect.stringMatching(/^28/),
    });
  });

  it('refuses a database that does not exist', async () => {
    const attempt = verifyWritable(portsWith({ login: { database: 'nothing' } }));
    await expect(attempt).rejects.toMatchObject({ kind: 'Refused', code: '3D000' });
  });

  it('waits for an instance that does not exist', async () => {
    expect(await verifyWritable(portsWith({ database: 'nobody' }))).toMatchObject({ state: 'NotYet' });
  });
});

describe('a promotion', () => {
  it('makes a replica that takes no writes a database that does', async () => {
    const database = 'trading-replica';
    await clients.rds('us-west-2').send(
      new CreateDBInstanceReadReplicaCommand({
        DBInstanceIdentifier: database,
        SourceDBInstanceIdentifier: 'trading-db',
      }),
    );
    const ports = portsWith({ database });
    const promote = { kind: 'promote', site: 'secondary', database } as const;
    const state = async () => (await ports.effects.promote?.check(promote))?.state;

    await until(async () => (await state()) === 'NotDone');
    expect(await verifyWritable(ports)).toMatchObject({ state: 'NotYet', detail: expect.stringContaining('recovery') });
    await ports.effects.promote?.perform?.(promote);
    await until(async () => (await state()) === 'Done');
    expect(await verifyWritable(ports)).toMatchObject({ state: 'Done' });
    expect(await ports.standby.look(database, 'us-west-2')).toEqual({
      database: { status: 'available', source: null },
    });
  }, 90_000);
});

describe('prove-fence', () => {
  it('proves nothing until the entries, the marker and the way in are gone, all three', async () => {
    const { effects } = portsWith();
    const proof = { kind: 'prove-fence', site: 'primary', activationTerm: 1 } as const;
    const fence = { kind: 'fence-database', site: 'primary' } as const;
    const close = { kind: 'close-traffic', site: 'primary', activationTerm: 1 } as const;
    const undo = { kind: 'unfence', site: 'primary', activationTerm: 1 } as const;
    const prove = () => effects['prove-fence']?.check(proof);

    await effects.unfence?.perform?.(undo);
    expect(await prove()).toMatchObject({ state: 'NotDone', detail: expect.stringContaining('open/1') });
    await effects['close-traffic']?.perform?.(close);
    expect(await prove()).toMatchObject({ state: 'NotDone', detail: expect.stringContaining('deny') });
    await effects['fence-database']?.perform?.(fence);
    expect(await prove()).toMatchObject({ state: 'Done' });
    await effects.unfence?.perform?.(undo);
    expect(await prove()).toMatchObject({ state: 'NotDone' });
    expect(await verifyWritable(portsWith())).toMatchObject({ state: 'Done' });
  });

  it.each([
    ['with the right password', password],
    ['even if only to refuse a password', 'wrong'],
  ])('is not fooled by entries that cut nobody: the database answers %s', async (_what, given) => {
    const { effects } = portsWith({ applicationCidr: '10.0.99.0/24', login: { password: given } });
    const undo = { kind: 'unfence', site: 'primary', activationTerm: 9 } as const;
    await effects['fence-database']?.perform?.({ kind: 'fence-database', site: 'primary' });
    const proof = await effects['prove-fence']?.check({ kind: 'prove-fence', site: 'primary', activationTerm: 9 });
    await effects.unfence?.perform?.(undo);
    await effects['close-traffic']?.perform?.({ kind: 'close-traffic', site: 'primary', activationTerm: 9 });
    expect(proof).toMatchObject({ state: 'NotDone', detail: expect.stringContaining('still answers') });
  });

  it('cuts a probe of the same database off: nobody can tell whether it is writable', async () => {
    const ports = portsWith();
    await ports.effects['fence-database']?.perform?.({ kind: 'fence-database', site: 'primary' });
    const look = await verifyWritable(ports);
    await ports.effects.unfence?.perform?.({ kind: 'unfence', site: 'primary', activationTerm: 10 });
    expect(look).toMatchObject({ state: 'CannotTell' });
  });
});

describe('the ports on AWS', () => {
  it('have a journal in the standby region, and leave Crossplane to the controller', async () => {
    const ports = portsWith();
    expect(await ports.journal.read()).toBeNull();
    expect(ports.effects['pause-reconciliation']).toBeNull();
    expect(ports.effects['update-desired-state']).toBeNull();
  });
});
