import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import type { Attempt } from '../../../src/sandbox/clients/outage-log.ts';
import { rowsTable, runRowsClient } from '../../../src/sandbox/clients/rows-client.ts';
import { initializeCluster, superuser } from '../../../src/sandbox/postgres/cluster.ts';
import { preparePostgres } from '../../../src/sandbox/postgres/postgres-binaries.ts';
import { type PostgresServer, startPostgres } from '../../../src/sandbox/postgres/postgres-server.ts';
import { eventually } from '../eventually.ts';

let directory: string;
let postgres: PostgresServer;
let admin: Client;
let attempts: Attempt[];
let stop: AbortController;
let running: Promise<void>;

const applicationName = 'understudy rows client';

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'understudy-rows-'));
  // PostgreSQL may run as another user than this test.
  await chmod(directory, 0o755);
  const binaries = await preparePostgres(path.join(directory, 'postgres'));
  const dataDirectory = path.join(directory, 'data');
  await initializeCluster(binaries, dataDirectory);
  postgres = await startPostgres({ binaries, dataDirectory, logFile: path.join(directory, 'log') });
  admin = new Client({ host: '127.0.0.1', port: postgres.port, user: superuser, database: 'postgres' });
  await admin.connect();
}, 60_000);

afterAll(async () => {
  await admin.end();
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
});

beforeEach(async () => {
  await setReadOnly(false);
  attempts = [];
  stop = new AbortController();
});

afterEach(async () => {
  stop.abort();
  await running;
});

function start(addresses: Readonly<Record<string, string>> = { first: '127.0.0.1' }): void {
  running = runRowsClient(
    {
      hostnames: Object.keys(addresses),
      port: postgres.port,
      user: superuser,
      password: 'unused',
      database: 'postgres',
      perSecond: 200,
      idPrefix: `row-${expect.getState().currentTestName}`,
      resolve: async (hostname) => addresses[hostname] ?? '',
      report: (attempt) => attempts.push(attempt),
    },
    stop.signal,
  );
}

const acknowledgedIds = () => attempts.flatMap(({ id, outcome }) => (outcome === 'acknowledged' ? [id] : []));
const outcomes = () => new Set(attempts.map(({ outcome }) => outcome));

async function setReadOnly(readOnly: boolean): Promise<void> {
  await admin.query(`alter system set default_transaction_read_only = ${readOnly ? 'on' : 'off'}`);
  await admin.query('select pg_reload_conf()');
}

const writer = `select pid from pg_stat_activity where application_name = '${applicationName}'`;

describe('the rows client', () => {
  it('writes to the first server that it can reach, and is promised only what is there', async () => {
    start({ unreachable: '127.0.0.2', second: '127.0.0.1' });
    await eventually('rows', () => acknowledgedIds().length >= 20);
    stop.abort();
    await running;
    const { rows } = await admin.query<{ id: string }>(`select id from ${rowsTable}`);
    const present = new Set(rows.map(({ id }) => id));
    expect(acknowledgedIds().filter((id) => !present.has(id))).toEqual([]);
    expect(outcomes()).toEqual(new Set(['acknowledged']));
  });

  it('connects again when its connection is ended, and says how it ended', async () => {
    start();
    await eventually('rows', () => acknowledgedIds().length >= 5);
    const before = acknowledgedIds().length;
    await admin.query(`select pg_terminate_backend(pid) from (${writer}) as it`);
    await eventually('rows again', () => acknowledgedIds().length >= before + 5);
    const errors = [...outcomes()].filter((outcome) => outcome !== 'acknowledged');
    // PostgreSQL's admin_shutdown, or the end of the connection where that came first.
    expect(['57P01', 'connection-lost']).toEqual(expect.arrayContaining(errors));
    expect(errors).toHaveLength(1);
  });

  it('waits while no server takes writes, and goes on when one does', async () => {
    await setReadOnly(true);
    start();
    await eventually('a refusal', () => outcomes().has('no-writable-server'));
    expect(acknowledgedIds()).toEqual([]);
    await setReadOnly(false);
    await eventually('rows', () => acknowledgedIds().length > 0);
  });
});
