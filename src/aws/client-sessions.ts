import { setTimeout as delay } from 'node:timers/promises';
import type { Session } from './database-session.ts';

// Who else is connected to a database: what a fence must end, and what proves that it holds.

/** How the names of Understudy's own sessions begin. */
export const ownSessions = 'understudy/';

/**
 * Client backends but this one, Understudy's others and RDS's. A walsender is none: replicas may follow.
 *
 * @see https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ACTIVITY-VIEW
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Roles.html for
 * `rdsadmin` and `rdsrepladmin`
 */
const isForeign = `pid <> pg_backend_pid() and backend_type = 'client backend'
  and not starts_with(coalesce(application_name, ''), '${ownSessions}')
  and coalesce(usename, '') not in ('rdsadmin', 'rdsrepladmin')`;

/**
 * Those that have logged in. PostgreSQL 18 shows a session from its first moment, before it is known whose it is, so that
 * one of Understudy's own would count as a client's; a client's that gets further is counted at the next look.
 *
 * @see https://www.postgresql.org/docs/18/monitoring-stats.html#MONITORING-PG-STAT-ACTIVITY-VIEW on `starting`
 */
const isIn = `${isForeign} and state is distinct from 'starting'`;

/** What a login may see of the others' sessions. */
export type SessionsSeen =
  | { readonly seen: true; readonly count: number; readonly example: string | null }
  /** The login lacks `pg_read_all_stats`, so a client's session looks like nothing in particular. */
  | { readonly seen: false };

/** Counts the sessions of clients. One statement, one round trip. */
export async function countClientSessions(session: Session): Promise<SessionsSeen> {
  const { rows } = await session.query<{ foreign: number; hidden: number; example: string | null }>(
    `select (count(*) filter (where ${isIn}))::int as foreign,
            (count(*) filter (where backend_type is null))::int as hidden,
            min(usename || ' from ' || coalesce(host(client_addr), 'the host itself')) filter (where ${isIn})
              as example
     from pg_stat_activity`,
  );
  const [row] = rows;
  if (row === undefined || (row.hidden > 0 && row.foreign === 0)) return { seen: false };
  return { seen: true, count: row.foreign, example: row.example };
}

const goneWithinMs = 100;
const lookEveryMs = 5;

/**
 * Ends the sessions of clients and waits, for {@link goneWithinMs} at most, until they are gone. The login needs
 * `pg_signal_backend`, which `rds_superuser` has.
 *
 * @see https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-SIGNAL
 */
export async function endClientSessions(session: Session): Promise<SessionsSeen> {
  const startMs = performance.now();
  await session.query(`select pg_terminate_backend(pid) from pg_stat_activity where ${isForeign}`);
  for (;;) {
    const left = await countClientSessions(session);
    if (!left.seen || left.count === 0 || performance.now() - startMs > goneWithinMs) return left;
    await delay(lookEveryMs);
  }
}
