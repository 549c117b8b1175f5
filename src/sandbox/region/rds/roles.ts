import pg from 'pg';
import { replicationUser } from '../../postgres/cluster.ts';

export interface MasterUser {
  readonly username: string;
  readonly password: string;
}

/**
 * The roles that RDS makes in a new instance: no superuser for the master user, but `rds_superuser`, which may see
 * and end other sessions.
 *
 * Source: Amazon RDS User Guide, "Understanding PostgreSQL roles and permissions".
 */
export async function createRoles(
  query: (database: string, sql: string) => Promise<unknown>,
  master: MasterUser,
  databaseName: string,
): Promise<void> {
  const username = pg.escapeIdentifier(master.username);
  const password = pg.escapeLiteral(master.password);
  await query('postgres', `CREATE ROLE ${replicationUser} REPLICATION LOGIN`);
  await query('postgres', 'CREATE ROLE rds_superuser NOLOGIN');
  await query('postgres', 'GRANT pg_monitor, pg_signal_backend, pg_checkpoint TO rds_superuser WITH ADMIN OPTION');
  await query('postgres', `CREATE ROLE ${username} LOGIN CREATEDB CREATEROLE PASSWORD ${password}`);
  await query('postgres', `GRANT rds_superuser TO ${username}`);
  await query('postgres', `CREATE DATABASE ${pg.escapeIdentifier(databaseName)} OWNER ${username}`);
}

/** Sets a new password of the master user. */
export function passwordStatement(master: MasterUser): string {
  return `ALTER ROLE ${pg.escapeIdentifier(master.username)} PASSWORD ${pg.escapeLiteral(master.password)}`;
}
