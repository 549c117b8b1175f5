import type { Site } from '../api/site.ts';
import type { HeartbeatLook } from '../failover/observation.ts';
import type { Heartbeat } from '../failover/ports.ts';
import { type DatabaseTarget, inSession, type Session } from './database-session.ts';

export interface HeartbeatRowOptions {
  /** Of the plan: a database may hold the rows of several. */
  readonly plan: string;
  readonly site: Site;
  /** Between two beats, milliseconds. */
  readonly intervalMs: number;
  /** The way into the site's own database; `null` while there is none. */
  readonly targetOf: () => Promise<DatabaseTarget | null>;
}

/**
 * The heartbeat row, `understudy_heartbeat`, in the database of the prober's own site. A replica holds it as far as it
 * has replayed, which is what makes the number worth more than any clock: what the active wrote and the standby does not
 * have is lost if the standby is promoted. It grows by the intervals that have passed since the last write, by the
 * database's own clock, and by one at least.
 *
 * The user needs the right to create a table in the first schema of its search path.
 *
 * @see https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-RECOVERY-INFO
 */
export class HeartbeatRow implements Heartbeat {
  readonly #options: HeartbeatRowOptions;

  constructor(options: HeartbeatRowOptions) {
    this.#options = options;
  }

  async beat(): Promise<HeartbeatLook | null> {
    const { site, intervalMs, targetOf } = this.#options;
    try {
      const target = await targetOf();
      if (target === null) return null;
      const found = await inSession(target, (session) => this.#beatIn(session));
      return found === null ? null : { ...found, site, intervalMs, ageMs: 0 };
    } catch {
      // That the database cannot be reached is what the looks are for.
      return null;
    }
  }

  async #beatIn(session: Session): Promise<Pick<HeartbeatLook, 'written' | 'number'> | null> {
    const { rows } = await session.query<{ recovering: boolean }>('select pg_is_in_recovery() as recovering');
    const written = rows[0]?.recovering === false;
    const number = written ? await this.#write(session) : await this.#read(session);
    return number === null ? null : { written, number };
  }

  async #write(session: Session): Promise<number | null> {
    await session.query(
      'create table if not exists understudy_heartbeat (plan text primary key, number bigint not null, at timestamptz not null)',
    );
    const { rows } = await session.query<{ number: string }>(
      `insert into understudy_heartbeat as heartbeat values ($1, 1, now())
       on conflict (plan) do update set
         number = heartbeat.number + greatest(1, ceil(extract(epoch from now() - heartbeat.at) * 1000 / $2::numeric))::bigint,
         at = now()
       returning number`,
      [this.#options.plan, this.#options.intervalMs],
    );
    return numberOf(rows);
  }

  async #read(session: Session): Promise<number | null> {
    const { rows } = await session.query<{ number: string }>(
      'select number from understudy_heartbeat where plan = $1',
      [this.#options.plan],
    );
    return numberOf(rows);
  }
}

/** PostgreSQL sends a bigint as text. */
function numberOf(rows: readonly { readonly number: string }[]): number | null {
  const [row] = rows;
  return row === undefined ? null : Number(row.number);
}
