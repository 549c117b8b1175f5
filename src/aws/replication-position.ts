import type { Session } from './database-session.ts';

// Positions in PostgreSQL's write-ahead log, as text: `16/B374D848`.

/**
 * Where a source's log ends. The position that `pg_current_wal_lsn` gives is that of what has left PostgreSQL's buffers,
 * and a commit with `synchronous_commit = off` may not have: a message of our own, committed and flushed, takes
 * everything before it along. It changes no table.
 *
 * @see https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-BACKUP for `pg_current_wal_lsn`
 * @see https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-REPLICATION for `pg_logical_emit_message`
 * @throws DatabaseError 55000 if it is a replica
 */
export async function lastPosition(source: Session): Promise<string> {
  await source.query(
    `begin; set local synchronous_commit = 'local'; select pg_logical_emit_message(true, 'understudy', 'last'); commit`,
  );
  return currentPosition(source);
}

/** Up to where a source has written its log. @throws DatabaseError 55000 if it is a replica */
export async function currentPosition(source: Session): Promise<string> {
  const { rows } = await source.query<{ position: string }>('select pg_current_wal_lsn()::text as position');
  const [row] = rows;
  if (row === undefined) throw new Error('the source gave no log position');
  return row.position;
}

/** How a replica stands to a position of its source. */
export interface ReplayState {
  /** `false` once it is promoted. */
  readonly inRecovery: boolean;
  /** It has replayed the position. */
  readonly replayed: boolean;
  /** To the position; `null` before it has replayed anything. */
  readonly behindBytes: number | null;
  /**
   * Seconds since the last transaction that it has replayed was committed, by both machines' clocks; `null` before the
   * first. Grows while the source is idle.
   */
  readonly lastReplayedSeconds: number | null;
}

/** @see https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-RECOVERY-INFO */
export async function replayState(replica: Session, position: string): Promise<ReplayState> {
  const { rows } = await replica.query<ReplayState>(
    `select pg_is_in_recovery() as "inRecovery",
            coalesce(pg_last_wal_replay_lsn() >= $1::pg_lsn, false) as replayed,
            greatest(0, $1::pg_lsn - pg_last_wal_replay_lsn())::float8 as "behindBytes",
            extract(epoch from now() - pg_last_xact_replay_timestamp())::float8 as "lastReplayedSeconds"`,
    [position],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the replica gave no log position');
  return row;
}
