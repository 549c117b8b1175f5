import { Client } from 'pg';
import type { Site } from '../../api/site.ts';
import type { World } from '../world/world.ts';

/** What a site's database holds, read from PostgreSQL itself. */
export interface DatabaseContent {
  readonly inRecovery: boolean;
  readonly trades: ReadonlySet<string>;
  readonly rows: ReadonlySet<string>;
}

/** @param port of PostgreSQL itself, past the network between places. */
export async function readDatabase(world: World, site: Site): Promise<DatabaseContent> {
  const port = world.region(site).info.databases[0]?.directPort;
  if (port === undefined) throw new Error(`${site} has no database`);
  const { user, password, database } = world.database;
  const client = new Client({ host: '127.0.0.1', port, user, password, database });
  await client.connect();
  try {
    const { rows: recovery } = await client.query<{ in_recovery: boolean }>(
      'select pg_is_in_recovery() as in_recovery',
    );
    const ids = async (table: string): Promise<ReadonlySet<string>> => {
      const { rows } = await client.query<{ id: string }>(`select id from ${table}`);
      return new Set(rows.map(({ id }) => id));
    };
    return {
      inRecovery: recovery[0]?.in_recovery ?? true,
      trades: await ids('trades'),
      rows: await ids('rows_by_connection'),
    };
  } finally {
    await client.end();
  }
}
