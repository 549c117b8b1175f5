import { rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { initializeCluster } from '../../../src/sandbox/postgres/cluster.ts';
import { type PostgresBinaries, preparePostgres } from '../../../src/sandbox/postgres/postgres-binaries.ts';
import { startPostgres } from '../../../src/sandbox/postgres/postgres-server.ts';
import { listen } from '../../../src/sandbox/region/listener.ts';
import { makeFolder } from '../region/a-folder.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
let binaries: PostgresBinaries;
const at = () => ({
  binaries,
  dataDirectory: path.join(folder.path, 'data'),
  logFile: path.join(folder.path, 'postgresql.log'),
});

beforeAll(async () => {
  folder = await makeFolder();
  binaries = await preparePostgres(path.join(folder.path, 'postgres'));
  await initializeCluster(binaries, at().dataDirectory);
}, 30_000);
afterAll(() => folder?.remove());

describe('PostgreSQL', () => {
  it('takes another port when its own is taken', async () => {
    const other = await listen(createServer());
    const server = await startPostgres({ ...at(), preferredPort: other.port });
    expect(server.port).not.toBe(other.port);
    await server.stop();
    await other.close();
  });

  it('says with the lines of its log why it does not start', async () => {
    const bad = path.join(at().dataDirectory, 'postgresql.auto.conf');
    await writeFile(bad, 'no_such_setting = 1\n');
    await expect(startPostgres(at())).rejects.toMatchObject({
      code: 'US5013',
      message: expect.stringContaining('no_such_setting'),
    });
    await rm(bad);
  });
});
