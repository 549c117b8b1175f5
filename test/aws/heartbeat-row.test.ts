import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type DatabaseTarget, inSession } from '../../src/aws/database-session.ts';
import { HeartbeatRow } from '../../src/aws/heartbeat-row.ts';
import { initializeCluster, superuser } from '../../src/sandbox/postgres/cluster.ts';
import { preparePostgres } from '../../src/sandbox/postgres/postgres-binaries.ts';
import { startPostgres } from '../../src/sandbox/postgres/postgres-server.ts';
import { makeFolder } from '../sandbox/region/a-folder.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
let server: Awaited<ReturnType<typeof startPostgres>>;
let target: DatabaseTarget;

beforeAll(async () => {
  folder = await makeFolder();
  const binaries = await preparePostgres(path.join(folder.path, 'postgres'));
  const dataDirectory = path.join(folder.path, 'data');
  await initializeCluster(binaries, dataDirectory);
  server = await startPostgres({ binaries, dataDirectory, logFile: path.join(folder.path, 'postgresql.log') });
  target = {
    host: '127.0.0.1',
    port: server.port,
    credentials: { user: superuser, password: '', database: 'postgres', tls: false },
    resolver: { addresses: async () => ['127.0.0.1'] },
    timeoutMs: 10_000,
    applicationName: 'understudy/test',
  };
}, 60_000);
afterAll(async () => {
  await server?.stop();
  await folder?.remove();
}, 30_000);

const run = (sql: string): Promise<unknown> => inSession(target, (session) => session.query(sql));
const row = (intervalMs: number) =>
  new HeartbeatRow({ plan: 'trading', site: 'primary', intervalMs, targetOf: async () => target });

describe('the heartbeat row', () => {
  beforeEach(() => run('drop table if exists understudy_heartbeat'));

  it('begins, and goes on by one for each beat within its interval', async () => {
    const heartbeat = row(3_600_000);
    expect(await heartbeat.beat()).toEqual({
      site: 'primary',
      written: true,
      number: 1,
      intervalMs: 3_600_000,
      ageMs: 0,
    });
    expect((await heartbeat.beat())?.number).toBe(2);
  });

  it('counts the intervals that have passed, not the writes: a slow one makes no loss look small', async () => {
    const heartbeat = row(2_000);
    await heartbeat.beat();
    await run("update understudy_heartbeat set at = at - interval '19 seconds'");
    expect((await heartbeat.beat())?.number).toBeGreaterThanOrEqual(11);
  });

  it('never goes back, though the clock of the database does', async () => {
    const heartbeat = row(2_000);
    await heartbeat.beat();
    await run("update understudy_heartbeat set at = at + interval '1 hour'");
    expect((await heartbeat.beat())?.number).toBe(2);
  });

  it('is nothing where there is no database, and no error either', async () => {
    const nowhere = new HeartbeatRow({ plan: 'trading', site: 'primary', intervalMs: 1, targetOf: async () => null });
    expect(await nowhere.beat()).toBeNull();
    const closed = { ...target, port: 1 };
    const unreachable = new HeartbeatRow({ plan: 'a', site: 'primary', intervalMs: 1, targetOf: async () => closed });
    expect(await unreachable.beat()).toBeNull();
  });
});
