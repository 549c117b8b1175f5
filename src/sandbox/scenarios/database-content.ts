import { Client } from 'pg';
import type { Site } from '../../api/site.ts';
import type { World } from '../world/world.ts';
import type { Stage } from './stage.ts';

/** What a database holds, read from PostgreSQL itself. */
export interface DatabaseContent {
  /** Identifier and region, as people tell databases apart. */
  readonly name: string;
  readonly inRecovery: boolean;
  readonly trades: ReadonlySet<string>;
  readonly rows: ReadonlySet<string>;
  /** When its newest trade or row was committed, by its own clock; milliseconds since the epoch, `null` if it has none. */
  readonly newestCommitMs: number | null;
}

/** Identifier of the database that a site uses now, by the journal. */
export async function databaseOf({ world, journal }: Stage, site: Site): Promise<string> {
  const { databases } = await journal.read();
  return databases[site] ?? world.plan.spec.sites[site].database.identifier;
}

/** Reads by PostgreSQL's own port, past the network between places and past every fence. */
export async function readDatabase(world: World, site: Site, identifier: string): Promise<DatabaseContent> {
  const { databases } = await world.region(site).refresh();
  const port = databases.find((database) => database.identifier === identifier)?.directPort;
  if (port === undefined) throw new Error(`${site} has no database ${identifier}`);
  const { user, password, database } = world.database;
  const client = new Client({ host: '127.0.0.1', port, user, password, database });
  await client.connect();
  try {
    const { rows: recovery } = await client.query<{ in_recovery: boolean }>(
      'select pg_is_in_recovery() as in_recovery',
    );
    const trades = await contentOf(client, 'trades');
    const rows = await contentOf(client, 'rows_by_connection');
    const newest = [...trades.commitsMs, ...rows.commitsMs];
    return {
      name: `${identifier} in ${world.app.spec[site].region}`,
      inRecovery: recovery[0]?.in_recovery ?? true,
      trades: trades.ids,
      rows: rows.ids,
      newestCommitMs: newest.length === 0 ? null : newest.reduce((one, other) => Math.max(one, other)),
    };
  } finally {
    await client.end();
  }
}

async function contentOf(client: Client, table: string) {
  const { rows } = await client.query<{ id: string; committed_at: Date }>(`select id, committed_at from ${table}`);
  return { ids: new Set(rows.map(({ id }) => id)), commitsMs: rows.map((row) => row.committed_at.getTime()) };
}
