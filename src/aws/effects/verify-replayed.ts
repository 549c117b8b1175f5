import { setTimeout as delay } from 'node:timers/promises';
import type { EffectOf, Look } from '../../failover/effect.ts';
import type { EffectHandler } from '../../failover/ports.ts';
import { type DatabaseTarget, inSession, type Session } from '../database-session.ts';
import { reasonOf } from '../reason-of.ts';
import type { DatabaseAccess } from './database-access.ts';
import type { EffectContext } from './effect-context.ts';

const lookEveryMs = 5;

/**
 * Sees that a replica has replayed all that its fenced source ever wrote: the last thing before a switchover's point of
 * no return, while nobody can write anywhere. So both sessions open at once, and the replica, which is some milliseconds
 * behind, is looked at again and again within one check.
 */
export class VerifyReplayed implements EffectHandler<'verify-replayed'> {
  readonly #context: EffectContext;
  readonly #access: DatabaseAccess;

  constructor(context: EffectContext, access: DatabaseAccess) {
    this.#context = context;
    this.#access = access;
  }

  async check({ site, database, source }: EffectOf<'verify-replayed'>): Promise<Look> {
    const timeoutMs = this.#context.timing.fenceMs;
    const [there, here] = await Promise.all([
      this.#access.targetOf(source.site, source.database, timeoutMs),
      this.#access.targetOf(site, database, timeoutMs),
    ]);
    const missing = there === null ? source : here === null ? { site, database } : null;
    if (there === null || here === null || missing !== null) {
      const what = this.#access.describe(missing?.site ?? site, missing?.database ?? database);
      return { state: 'NotYet', detail: `RDS shows no endpoint of ${what}` };
    }
    try {
      return await compare(there, here, timeoutMs);
    } catch (error) {
      return { state: 'CannotTell', detail: `the log positions cannot be compared: ${reasonOf(error)}` };
    }
  }
}

async function compare(there: DatabaseTarget, here: DatabaseTarget, limitMs: number): Promise<Look> {
  const last = inSession(there, lastPosition);
  // Awaited inside the other session, which may fail before it gets there.
  last.catch(() => undefined);
  return inSession(here, async (replica): Promise<Look> => {
    const position = await last;
    const startMs = performance.now();
    for (;;) {
      const { replayed, behindBytes } = await replayedUpTo(replica, position);
      if (replayed)
        return { state: 'Done', detail: `${here.host} has replayed ${position}, the last of ${there.host}` };
      if (performance.now() - startMs > limitMs) {
        const detail = `${here.host} is ${behindBytes} bytes behind ${position}, the last of ${there.host}`;
        return { state: 'NotYet', detail };
      }
      await delay(lookEveryMs);
    }
  });
}

/**
 * Where the source's log ends. The position that `pg_current_wal_lsn` gives is that of what has left PostgreSQL's
 * buffers, and a commit with `synchronous_commit = off` may not have: a message of our own, committed and flushed,
 * takes everything before it along. It changes no table.
 *
 * @see https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-BACKUP for `pg_current_wal_lsn`
 * @see https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-REPLICATION for `pg_logical_emit_message`
 * @throws DatabaseError 55000 if it is a replica
 */
async function lastPosition(source: Session): Promise<string> {
  await source.query(
    `begin; set local synchronous_commit = 'local'; select pg_logical_emit_message(true, 'understudy', 'last'); commit`,
  );
  const { rows } = await source.query<{ position: string }>('select pg_current_wal_lsn()::text as position');
  const [row] = rows;
  if (row === undefined) throw new Error('the source gave no log position');
  return row.position;
}

async function replayedUpTo(
  replica: Session,
  position: string,
): Promise<{ readonly replayed: boolean; readonly behindBytes: string | null }> {
  const { rows } = await replica.query<{ replayed: boolean; behindBytes: string | null }>(
    `select pg_is_in_recovery() and pg_last_wal_replay_lsn() >= $1::pg_lsn as replayed,
            ($1::pg_lsn - pg_last_wal_replay_lsn())::text as "behindBytes"`,
    [position],
  );
  return rows[0] ?? { replayed: false, behindBytes: null };
}
