import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { Resolve } from './cached-resolver.ts';
import type { RowsConfig } from './client-messages.ts';
import { type Attempt, acknowledged } from './outage-log.ts';
import { wallMs } from './wall-clock.ts';

export interface RowsClientOptions extends RowsConfig {
  readonly resolve: Resolve;
  /** Prefix of every row's id, unique to this client. */
  readonly idPrefix: string;
  readonly report: (attempt: Attempt) => void;
}

/** The client's own table. */
export const rowsTable = 'rows_by_connection';

const createTable = `create table if not exists ${rowsTable} (
  id text primary key,
  committed_at timestamptz not null default now()
)`;

// Between two rounds through the list of servers, of which none took writes.
const retryMs = 100;

/**
 * Inserts rows at a steady rate over one connection until `signal` aborts. Like libpq with a list of hosts and
 * `target_session_attrs=read-write`, it takes the first server of the list that takes writes, and begins at the top
 * again when that connection breaks.
 */
export async function runRowsClient(options: RowsClientOptions, signal: AbortSignal): Promise<void> {
  let attempts = 0;
  const nextId = (): string => {
    attempts += 1;
    return `${options.idPrefix}-${attempts}`;
  };
  while (!signal.aborted) {
    const connection = await connectToWritable(options, signal);
    if (connection === null) {
      if (signal.aborted) return;
      options.report({ id: nextId(), atMs: wallMs(), outcome: 'no-writable-server' });
      await sleep(retryMs, undefined, { signal }).catch(() => {});
      continue;
    }
    await insertUntilBroken(connection, nextId, options, signal);
    disconnect(connection);
  }
}

async function insertUntilBroken(
  connection: Client,
  nextId: () => string,
  { perSecond = 20, report }: RowsClientOptions,
  signal: AbortSignal,
): Promise<void> {
  const intervalMs = 1_000 / perSecond;
  while (!signal.aborted) {
    const startMs = performance.now();
    const id = nextId();
    try {
      await connection.query(`insert into ${rowsTable} (id) values ($1)`, [id]);
      report({ id, atMs: wallMs(), outcome: acknowledged });
    } catch (error) {
      report({ id, atMs: wallMs(), outcome: kindOfStatementError(error) });
      return;
    }
    await sleep(Math.max(0, intervalMs - (performance.now() - startMs)), undefined, { signal }).catch(() => {});
  }
}

/** Null if no server of the list takes writes now. */
async function connectToWritable(options: RowsClientOptions, signal: AbortSignal): Promise<Client | null> {
  for (const hostname of options.hostnames) {
    if (signal.aborted) return null;
    const connection = await connect(hostname, options);
    if (connection === null) continue;
    if (await takesWrites(connection)) return connection;
    disconnect(connection);
  }
  return null;
}

async function connect(hostname: string, options: RowsClientOptions): Promise<Client | null> {
  const { port, user, password, database, timeoutMs = 2_000 } = options;
  const address = await options.resolve(hostname).catch(() => null);
  if (address === null) return null;
  const connection = new Client({
    host: address,
    port,
    user,
    password,
    database,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
    application_name: 'understudy rows client',
  });
  // The loss of an idle connection shows at the next statement.
  connection.on('error', () => {});
  try {
    await connection.connect();
    return connection;
  } catch {
    disconnect(connection);
    return null;
  }
}

async function takesWrites(connection: Client): Promise<boolean> {
  try {
    const { rows } = await connection.query<{ writable: boolean }>(
      `select not pg_is_in_recovery() and current_setting('transaction_read_only') = 'off' as writable`,
    );
    if (rows[0]?.writable !== true) return false;
    await connection.query(createTable);
    return true;
  } catch {
    return false;
  }
}

/** Without waiting for a server that may not answer any more. */
function disconnect(connection: Client): void {
  connection.end().catch(() => {});
  // `end` alone leaves the socket open until the server closes it.
  connection.connection.stream.destroy();
}

/** PostgreSQL's errors have a code, and the socket's; node-postgres's own, of a connection that has ended, have none. */
function kindOfStatementError(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (message === 'Query read timeout') return 'timeout';
  return code ?? 'connection-lost';
}
