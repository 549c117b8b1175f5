import { DescribeDBInstancesCommand, ModifyDBInstanceCommand } from '@aws-sdk/client-rds';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { lookAt, perform, startWiredRegion, until, type WiredRegion } from './wired-region.ts';

// What rebuilding a site's protection and a drill are made of, in one region that plays both sites.

let wired: WiredRegion;
const source = { site: 'primary', database: 'trading-db' } as const;
const replica = 'trading-db-b2';
const create = { kind: 'create-replica', site: 'secondary', database: replica, source } as const;

beforeAll(async () => {
  wired = await startWiredRegion();
}, 60_000);
afterAll(() => wired?.close(), 60_000);

async function modify(database: string, changes: { DeletionProtection?: boolean; BackupRetentionPeriod?: number }) {
  const rds = wired.clients.rds('us-west-2');
  await rds.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: database, ...changes }));
  const settled = { kind: 'snapshot', site: 'primary', database, snapshot: 'never-taken' } as const;
  await until(wired.ports(), settled, 'NotDone');
}

describe('create-replica and verify-replica', () => {
  it('refuse a source without backups, and wait for one that does not exist', async () => {
    await modify('trading-db', { BackupRetentionPeriod: 0 });
    await expect(lookAt(wired.ports(), create)).rejects.toMatchObject({
      kind: 'Refused',
      message: expect.stringContaining('backup retention'),
    });
    await modify('trading-db', { BackupRetentionPeriod: 7 });
    const nobody = { ...create, source: { site: 'primary', database: 'nobody' } } as const;
    expect(await lookAt(wired.ports(), nobody)).toMatchObject({ state: 'NotYet' });
  });

  it('make a replica that follows, however often they are asked', async () => {
    const ports = wired.ports();
    const verify = { kind: 'verify-replica', site: 'secondary', database: replica, source } as const;
    expect(await lookAt(ports, verify)).toMatchObject({ state: 'NotYet' });
    expect(await lookAt(ports, create)).toMatchObject({ state: 'NotDone' });
    await Promise.all([perform(ports, create), perform(wired.ports({ actor: 'failover/2' }), create)]);
    await until(ports, create, 'Done');
    await perform(ports, create);
    await wired.rewire();
    expect(await until(ports, verify, 'Done')).toMatchObject({ detail: expect.stringContaining('0.0 s behind') });

    const { DBInstances = [] } = await wired.clients.rds('us-west-2').send(new DescribeDBInstancesCommand({}));
    expect(DBInstances.map(({ DBInstanceIdentifier }) => DBInstanceIdentifier)).toEqual(['trading-db', replica]);
  }, 90_000);

  it('say whose name it is when another instance has it', async () => {
    const taken = { ...create, database: 'trading-db', source: { site: 'primary', database: replica } } as const;
    await expect(lookAt(wired.ports(), taken)).rejects.toMatchObject({
      kind: 'Refused',
      code: 'IdentifierTaken',
      message: expect.stringContaining('a database of its own'),
    });
  });
});

describe('snapshot and retire-database', () => {
  const snapshot = 'trading-db-b2-kept';
  const keep = { kind: 'snapshot', site: 'secondary', database: replica, snapshot } as const;
  const retire = { kind: 'retire-database', site: 'secondary', database: replica, snapshot } as const;

  it('keep a snapshot before the instance goes, and not the other way round', async () => {
    const ports = wired.ports();
    expect(await lookAt(ports, retire)).toMatchObject({ state: 'NotYet', detail: expect.stringContaining(snapshot) });
    await expect(perform(ports, retire)).rejects.toMatchObject({ kind: 'NotYet' });
    expect(await lookAt(ports, keep)).toMatchObject({ state: 'NotDone' });
    await perform(ports, keep);
    await until(ports, keep, 'Done');
    await perform(ports, keep);
    await until(ports, retire, 'NotDone');
  }, 60_000);

  it('do not take another instance’s snapshot for theirs', async () => {
    const other = { ...keep, database: 'trading-db' } as const;
    await expect(lookAt(wired.ports(), other)).rejects.toMatchObject({ code: 'SnapshotNameTaken' });
  });

  it('leave a protected instance alone, and say what lifts the protection', async () => {
    await modify(replica, { DeletionProtection: true });
    await expect(lookAt(wired.ports(), retire)).rejects.toMatchObject({
      kind: 'Refused',
      code: 'DeletionProtection',
      message: expect.stringContaining('--no-deletion-protection'),
    });
    await modify(replica, { DeletionProtection: false });
  });

  it('never delete what the active site uses', async () => {
    const active = { ...retire, site: 'primary', database: 'trading-db', snapshot: null } as const;
    await expect(lookAt(wired.ports(), active)).rejects.toMatchObject({ kind: 'Refused', code: 'DatabaseInUse' });
  });

  it('delete it, and are done when it is gone; nothing is left to keep then', async () => {
    const ports = wired.ports();
    await perform(ports, retire);
    await until(ports, retire, 'Done');
    expect(await lookAt(ports, keep)).toMatchObject({ state: 'Done' });
    const unkept = { ...keep, snapshot: 'another' } as const;
    expect(await lookAt(ports, unkept)).toMatchObject({ state: 'Done', detail: expect.stringContaining('no') });
  }, 60_000);
});
