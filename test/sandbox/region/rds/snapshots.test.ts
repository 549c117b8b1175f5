import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DatabaseInstance } from '../../../../src/sandbox/region/rds/database-instance.ts';
import { type SnapshotRecord, Snapshots } from '../../../../src/sandbox/region/rds/snapshots.ts';
import { StateFile } from '../../../../src/sandbox/region/state-file.ts';
import { makeFolder } from '../a-folder.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

/** An instance as far as snapshots care: it is available until a backup begins, and again when that ends. */
function instance(identifier: string) {
  let work: Promise<void> | undefined;
  const fake = {
    record: { identifier, resourceId: 'db-1' },
    requireAvailable: () => {
      if (work !== undefined) throw new Error('InvalidDBInstanceState');
    },
    backUpDuring: async (task: () => Promise<void>) => {
      work = task();
    },
  };
  return { fake: fake as unknown as DatabaseInstance, ended: async () => work };
}

let files = 0;
function snapshots(pass: () => Promise<void> = async () => {}, file?: string) {
  files += 1;
  const state = path.join(folder.path, file ?? `snapshots-${files}.json`);
  return new Snapshots('arn:aws:rds:us-east-1:1:snapshot:', new StateFile<readonly SnapshotRecord[]>(state), pass);
}

describe('DB snapshots', () => {
  it('are being created until the time has passed, and then available', async () => {
    let release = (): void => {};
    const taken = snapshots(() => new Promise((resolve) => (release = resolve)));
    const { fake, ended } = instance('trading-db');
    expect(await taken.take({ identifier: 'kept' }, fake)).toMatchObject({
      status: 'creating',
      instance: 'trading-db',
    });
    await expect(taken.delete('kept')).rejects.toMatchObject({ code: 'InvalidDBSnapshotState' });
    release();
    await ended();
    expect(taken.find('kept')).toMatchObject({ status: 'available', arn: 'arn:aws:rds:us-east-1:1:snapshot:kept' });
  });

  it('refuse a name that is taken, and an instance that is busy', async () => {
    const taken = snapshots();
    const { fake, ended } = instance('trading-db');
    await taken.take({ identifier: 'kept' }, fake);
    await expect(taken.take({ identifier: 'kept' }, fake)).rejects.toMatchObject({ code: 'DBSnapshotAlreadyExists' });
    await expect(taken.take({ identifier: 'other' }, fake)).rejects.toThrow('InvalidDBInstanceState');
    expect(taken.records).toHaveLength(1);
    await ended();
  });

  it('outlive their instance and their region, but for those that were not finished', async () => {
    const first = snapshots(async () => {}, 'kept.json');
    await first.takeFinal({ identifier: 'final', tags: { App: 'trading' } }, instance('trading-db').fake);
    const hanging = snapshots(() => new Promise(() => {}), 'kept.json');
    await hanging.restore();
    await hanging.take({ identifier: 'half' }, instance('trading-db').fake);
    const again = snapshots(async () => {}, 'kept.json');
    await again.restore();
    expect(again.records.map(({ identifier }) => identifier)).toEqual(['final']);
    expect(again.find('final').tags).toEqual({ App: 'trading' });
    await again.delete('final');
    expect(() => again.find('final')).toThrow(expect.objectContaining({ code: 'DBSnapshotNotFound' }));
  });
});
