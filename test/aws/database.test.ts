import { CreateDBInstanceReadReplicaCommand } from '@aws-sdk/client-rds';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import type { Look } from '../../src/failover/effect.ts';
import type { Ports } from '../../src/failover/ports.ts';
import { superuser } from '../../src/sandbox/postgres/cluster.ts';
import { lookAt, perform, startWiredRegion, until, type WiredRegion } from './wired-region.ts';

// One region plays both sites: its instance is a primary with a replica beside it, on real PostgreSQL.

let wired: WiredRegion;

beforeAll(async () => {
  wired = await startWiredRegion();
}, 60_000);
afterAll(() => wired?.close(), 60_000);

function verifyWritable(ports: Ports, database = 'trading-db'): Promise<Look> {
  return lookAt(ports, { kind: 'verify-writable', site: 'secondary', database });
}

async function createReplica(database: string): Promise<void> {
  await wired.clients.rds('us-west-2').send(
    new CreateDBInstanceReadReplicaCommand({
      DBInstanceIdentifier: database,
      SourceDBInstanceIdentifier: 'trading-db',
    }),
  );
  await until(wired.ports(), { kind: 'promote', site: 'secondary', database }, 'NotDone');
  await wired.rewire();
}

describe('verify-writable', () => {
  it('writes, and each time one more', async () => {
    const ports = wired.ports();
    const first = await verifyWritable(ports);
    expect(first).toMatchObject({ state: 'Done' });
    const second = await verifyWritable(ports);
    expect(second).toMatchObject({ state: 'Done' });
    expect(second.detail).not.toBe(first.detail);
  });

  it('refuses a wrong password', async () => {
    await expect(verifyWritable(wired.ports({ login: { password: 'wrong' } }))).rejects.toMatchObject({
      kind: 'Refused',
      code: expect.stringMatching(/^28/),
    });
  });

  it('refuses a database that does not exist', async () => {
    const attempt = verifyWritable(wired.ports({ login: { database: 'nothing' } }));
    await expect(attempt).rejects.toMatchObject({ kind: 'Refused', code: '3D000' });
  });

  it('waits for an instance that does not exist', async () => {
    expect(await verifyWritable(wired.ports(), 'nobody')).toMatchObject({ state: 'NotYet' });
  });
});

describe('a promotion', () => {
  it('makes a replica that takes no writes a database that does', async () => {
    const database = 'trading-promoted';
    await createReplica(database);
    const ports = wired.ports();
    const promote = { kind: 'promote', site: 'secondary', database } as const;

    const replica = await verifyWritable(ports, database);
    expect(replica).toMatchObject({ state: 'NotYet', detail: expect.stringContaining('recovery') });
    await perform(ports, promote);
    await until(ports, promote, 'Done');
    expect(await verifyWritable(ports, database)).toMatchObject({ state: 'Done' });
    expect(await ports.standby.look(database, 'us-west-2')).toEqual({
      database: { status: 'available', source: null },
    });
  }, 90_000);
});

describe('a fence', () => {
  const database = 'trading-db';
  const at = { site: 'primary', activationTerm: 1 } as const;
  const close = { kind: 'close-traffic', ...at } as const;
  const fence = { kind: 'fence-database', site: 'primary' } as const;
  const proof = { kind: 'prove-fence', database, ...at } as const;
  const undo = { kind: 'unfence', ...at } as const;

  it('is proven when the entries stand, the entitlement is gone and no client is connected, all three', async () => {
    const ports = wired.ports();
    const client = await wired.asApplication(database);
    await perform(ports, undo);
    expect(await lookAt(ports, proof)).toMatchObject({ state: 'NotDone', detail: expect.stringContaining('open/1') });
    await perform(ports, close);
    expect(await lookAt(ports, proof)).toMatchObject({ state: 'NotDone', detail: expect.stringContaining('deny') });
    await perform(ports, fence);
    expect(await lookAt(ports, fence)).toMatchObject({ state: 'Done' });
    expect(await lookAt(ports, proof)).toMatchObject({ state: 'Done' });
    await expect(client.query('select 1')).rejects.toThrow();
    await expect(wired.asApplication(database)).rejects.toThrow();

    await perform(ports, undo);
    expect(await lookAt(ports, proof)).toMatchObject({ state: 'NotDone' });
    const back = await wired.asApplication(database);
    await back.end();
  });

  it('is not proven by entries that cut nobody: it sees who is connected, and touches nobody to prove it', async () => {
    const ports = wired.ports({ applicationCidr: '10.0.99.0/24' });
    await perform(ports, fence);
    await perform(ports, close);
    const client = await wired.asApplication(database);
    expect(await lookAt(ports, proof)).toMatchObject({ state: 'NotDone', detail: expect.stringContaining('trading') });
    await client.query('select 1');

    expect(await lookAt(ports, fence)).toMatchObject({ state: 'NotDone' });
    await perform(ports, fence);
    await expect(client.query('select 1')).rejects.toThrow();
    expect(await lookAt(ports, proof)).toMatchObject({ state: 'Done' });
    await perform(ports, undo);
  });

  it('proves nothing by a login that is refused, or that may not see the others', async () => {
    const ports = wired.ports();
    await perform(ports, fence);
    await perform(ports, close);
    const stranger = wired.ports({ login: { password: 'wrong' } });
    expect(await lookAt(stranger, proof)).toMatchObject({ state: 'CannotTell' });
    // The entries are the fence; that nobody could look inside takes nothing from them.
    expect(await lookAt(stranger, fence)).toMatchObject({ state: 'Done' });
    await perform(ports, undo);

    const owner = await wired.asApplication(database);
    await owner.query(`create role peeper login password 'blind'`);
    await owner.end();
    await perform(ports, fence);
    await perform(ports, close);
    const peeper = wired.ports({ login: { user: 'peeper', password: 'blind' } });
    const look = await lookAt(peeper, proof);
    expect(look).toMatchObject({ state: 'CannotTell', detail: expect.stringContaining('pg_read_all_stats') });
    await perform(ports, undo);
  });

  it('around an instance that is gone is proven', async () => {
    const ports = wired.ports();
    await perform(ports, fence);
    await perform(ports, close);
    const look = await lookAt(ports, { ...proof, database: 'nobody' });
    expect(look).toMatchObject({ state: 'Done', detail: expect.stringContaining('gone') });
    await perform(ports, undo);
  });

  it('can be lifted without giving the traffic back', async () => {
    const ports = wired.ports();
    const lift = { kind: 'lift-fence', site: 'primary' } as const;
    await perform(ports, fence);
    await perform(ports, close);
    expect(await lookAt(ports, lift)).toMatchObject({ state: 'NotDone' });
    await perform(ports, lift);
    expect(await lookAt(ports, lift)).toMatchObject({ state: 'Done' });
    expect(await lookAt(ports, close)).toMatchObject({ state: 'Done' });
    const client = await wired.asApplication(database);
    await client.end();
  });
});

describe('verify-replayed', () => {
  const source = { site: 'primary', database: 'trading-db' } as const;

  it('is done when the replica has the last of its source, commits that were not waited for included', async () => {
    const database = 'trading-follower';
    await createReplica(database);
    const ports = wired.ports();
    const effect = { kind: 'verify-replayed', site: 'secondary', database, source } as const;
    const client = await wired.asApplication('trading-db');
    await client.query('create table notes (text text)');
    await client.query('set synchronous_commit = off');
    for (let number = 0; number < 20; number += 1)
      await client.query('insert into notes values ($1)', [String(number)]);
    expect(await until(ports, effect, 'Done')).toMatchObject({ detail: expect.stringContaining('trading-follower') });
    const replica = await wired.asApplication(database);
    expect((await replica.query('select count(*)::int as notes from notes')).rows).toEqual([{ notes: 20 }]);

    await Promise.all([client.end(), replica.end()]);
  }, 90_000);

  it('waits for a replica that has received everything and not replayed it', async () => {
    const ports = wired.ports();
    const database = 'trading-follower';
    const effect = { kind: 'verify-replayed', site: 'secondary', database, source } as const;
    const { directPort } = wired.region.info.databases.find(({ identifier }) => identifier === database) ?? {};
    const admin = new Client({ host: '127.0.0.1', port: directPort, user: superuser, database: 'postgres' });
    await admin.connect();
    await admin.query('select pg_wal_replay_pause()');
    expect(await lookAt(ports, effect)).toMatchObject({ state: 'NotYet', detail: expect.stringMatching(/\d+ bytes/) });
    await admin.query('select pg_wal_replay_resume()');
    await admin.end();
    await until(ports, effect, 'Done');
  });

  it('cannot tell of a source that is none, and waits for one that does not exist', async () => {
    const ports = wired.ports();
    const database = 'trading-follower';
    const follower = { site: 'primary', database } as const;
    const effect = { kind: 'verify-replayed', site: 'secondary', database } as const;
    expect(await lookAt(ports, { ...effect, source: follower })).toMatchObject({
      state: 'CannotTell',
      detail: expect.stringContaining('recovery'),
    });
    const nobody = { site: 'primary', database: 'nobody' } as const;
    expect(await lookAt(ports, { ...effect, source: nobody })).toMatchObject({
      state: 'NotYet',
      detail: expect.stringContaining('nobody'),
    });
  });
});

describe('the ports on AWS', () => {
  it('have a journal in the standby region, and leave Crossplane to the controller', async () => {
    const ports = wired.ports();
    expect(await ports.journal.read()).toBeNull();
    expect(ports.effects['pause-reconciliation']).toBeNull();
    expect(ports.effects['update-desired-state']).toBeNull();
  });
});
