import type { EffectOf, Look } from '../../failover/effect.ts';
import { PortError } from '../../failover/port-error.ts';
import type { EffectHandler } from '../../failover/ports.ts';
import { inSession, type Session, sqlStateOf } from '../database-session.ts';
import { reasonOf } from '../reason-of.ts';
import type { DatabaseAccess } from './database-access.ts';

/**
 * Sees that a database accepts writes, by writing: out of recovery, and one committed row comes back. RDS's own status
 * lags behind this by minutes.
 *
 * The row is in `understudy_probe`, one for each application name, in the first schema of the user's search path, where
 * the user needs the right to create a table.
 *
 * @see https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-RECOVERY-INFO
 */
export class VerifyWritable implements EffectHandler<'verify-writable'> {
  readonly #access: DatabaseAccess;

  constructor(access: DatabaseAccess) {
    this.#access = access;
  }

  async check({ site, database }: EffectOf<'verify-writable'>): Promise<Look> {
    const target = await this.#access.targetOf(site, database);
    if (target === null)
      return { state: 'NotYet', detail: `RDS shows no endpoint of ${this.#access.describe(site, database)}` };
    try {
      return await inSession(target, (session) => writeOnce(session, target.applicationName));
    } catch (error) {
      return lookOf(error, `${target.host}:${target.port}`);
    }
  }
}

async function writeOnce(session: Session, writer: string): Promise<Look> {
  const { rows } = await session.query<{ recovering: boolean }>('select pg_is_in_recovery() as recovering');
  if (rows[0]?.recovering !== false) return { state: 'NotYet', detail: 'the database is still in recovery' };
  await session.query(
    'create table if not exists understudy_probe (writer text primary key, writes bigint not null, at timestamptz not null)',
  );
  const written = await session.query<{ writes: string }>(
    `insert into understudy_probe as probe values ($1, 1, now())
     on conflict (writer) do update set writes = probe.writes + 1, at = now() returning writes`,
    [writer],
  );
  return { state: 'Done', detail: `write ${written.rows[0]?.writes} of ${writer} was committed` };
}

/**
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 * @throws PortError `Refused` where the next look would meet the same: wrong password, no such database, no permission.
 */
function lookOf(error: unknown, where: string): Look {
  const sqlState = sqlStateOf(error);
  const detail = `${where}: ${reasonOf(error)}`;
  if (sqlState === null) return { state: 'CannotTell', detail };
  if (sqlState.startsWith('28') || sqlState === '3D000' || sqlState === '42501') {
    throw new PortError('Refused', sqlState, detail, { cause: error });
  }
  return notYetStates.has(sqlState) ? { state: 'NotYet', detail } : { state: 'CannotTell', detail };
}

const notYetStates: ReadonlySet<string> = new Set([
  // cannot_connect_now: starting up or recovering
  '57P03',
  // admin_shutdown, crash_shutdown: the reboot of a promotion
  '57P01',
  '57P02',
  // read_only_sql_transaction
  '25006',
]);
