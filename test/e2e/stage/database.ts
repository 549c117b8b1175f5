import { Client } from 'pg';
import type { Site } from '../../../src/api/site.ts';
import type { World } from '../../../src/sandbox/world/world.ts';

/** Asks PostgreSQL itself, past the network between places and every fence, whether it takes writes. */
export async function isWriter(world: World, site: Site, identifier: string): Promise<boolean> {
  const { databases } = await world.region(site).refresh();
  const port = databases.find((database) => database.identifier === identifier)?.directPort;
  if (port === undefined) throw new Error(`${site} has no database ${identifier}`);
  const { user, password, database } = world.database;
  const client = new Client({ host: '127.0.0.1', port, user, password, database });
  await client.connect();
  try {
    const { rows } = await client.query<{ replays: boolean }>('select pg_is_in_recovery() as replays');
    return rows[0]?.replays === false;
  } finally {
    await client.end();
  }
}
