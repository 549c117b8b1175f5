import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { descendantsOf } from '../../../src/sandbox/region/process-tree.ts';
import type { RegionConfig } from '../../../src/sandbox/region/region-config.ts';
import { type RegionProcess, startRegionProcess } from '../../../src/sandbox/region/region-process.ts';
import { makeFolder } from './a-folder.ts';
import { holds } from './holds.ts';

const run = promisify(execFile);

const configIn = (directory: string): RegionConfig => ({
  region: 'us-east-1',
  accountId: '123456789012',
  directory,
  database: { identifier: 'db', masterUsername: 'app', masterPassword: 'secret', databaseName: 'app' },
  application: { databaseIdentifier: 'db', username: 'app', password: 'secret', databaseName: 'app' },
  autoScalingGroup: { name: 'app', min: 1, max: 1, desired: 1 },
  loadBalancer: { name: 'app', targetGroup: 'app' },
});

const trade = (region: RegionProcess, id: string, limitMs = 10_000) =>
  fetch(`http://127.0.0.1:${region.info.loadBalancerPort}/trades`, {
    method: 'POST',
    body: JSON.stringify({ id }),
    signal: AbortSignal.timeout(limitMs),
  });

/** Command lines that name the folder: the region's PostgreSQL. */
async function processesOf(directory: string): Promise<string[]> {
  const { stdout } = await run('ps', ['-A', '-ww', '-o', 'args=']);
  return stdout.split('\n').filter((line) => line.includes(directory));
}

async function childrenLeft(): Promise<number[]> {
  // `ps` itself is one while it looks.
  const seen = await descendantsOf(process.pid);
  return seen.filter((pid) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  });
}

describe('a region in a process of its own', () => {
  it('hangs when paused, dies whole when killed, and comes back with its data on its ports', async () => {
    const folder = await makeFolder();
    const region = await startRegionProcess(configIn(folder.path));
    try {
      await holds(async () => expect((await trade(region, 'before')).status).toBe(201));
      const before = region.info;
      expect((await processesOf(folder.path)).length).toBeGreaterThan(0);

      await region.pause();
      await expect(trade(region, 'lost', 300)).rejects.toMatchObject({ name: 'TimeoutError' });
      await region.resume();
      expect((await trade(region, 'resumed')).status).toBe(201);

      const pids = [region.info.pid, ...(await descendantsOf(region.info.pid))];
      expect(pids.length).toBeGreaterThan(5);
      await region.kill();
      await holds(async () => expect(await processesOf(folder.path)).toEqual([]));
      await expect(trade(region, 'dead')).rejects.toThrow();

      await region.restart();
      expect(region.info).toMatchObject({ endpoint: before.endpoint, loadBalancerPort: before.loadBalancerPort });
      await holds(async () => expect((await trade(region, 'before')).status).toBe(201));
      const answer = (await (await trade(region, 'before')).json()) as { sequence: number };
      expect(answer.sequence).toBe(1);
    } finally {
      await region.stop();
      expect(await processesOf(folder.path)).toEqual([]);
      await folder.remove();
    }
  }, 300_000);

  it('says why it cannot start', async () => {
    // Another suite of this process may have left a service of esbuild, which lives as long as the process.
    const before = await childrenLeft();
    const folder = await makeFolder();
    const database = { identifier: 'db', masterUsername: 'app', masterPassword: 'x', databaseName: 'app' };
    const sourceArn = 'arn:aws:rds:us-west-2:123456789012:db:db';
    const unreachable = startRegionProcess({
      region: 'us-east-1',
      accountId: '123456789012',
      directory: folder.path,
      replicationLinks: { 'us-west-2': { host: '127.0.0.1', port: 1 } },
      database: { ...database, sourceArn },
    });
    await expect(unreachable).rejects.toMatchObject({
      code: 'US5015',
      message: expect.stringContaining('127.0.0.1:1'),
    });
    await holds(async () => expect((await childrenLeft()).filter((pid) => !before.includes(pid))).toEqual([]));
    await folder.remove();
  });
});
