import pg from 'pg';

/** Where and as whom the application reaches its database. */
export interface DatabaseAccess {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

export interface Trade {
  /** Given by the client, so that a repeated request is the same trade. */
  readonly id: string;
  /** The client's own time, as it wrote it. */
  readonly at?: string;
}

export interface Heartbeat {
  readonly sequence: number;
  /** Milliseconds since the epoch, of the database's clock. */
  readonly atMs: number;
}

/** Every question to the database ends by then: the application never hangs. */
const limitMs = 2_000;
const undefinedTable = '42P01';

const schema = `
  CREATE TABLE IF NOT EXISTS trades (
    id text PRIMARY KEY,
    seq bigserial,
    client_at timestamptz,
    committed_at timestamptz NOT NULL DEFAULT clock_timestamp()
  );
  CREATE TABLE IF NOT EXISTS trading_heartbeat (id int PRIMARY KEY, sequence bigint NOT NULL, at timestamptz NOT NULL)`;

/** The application's database access: a pool that follows the database to another address. */
export class TradeStore {
  readonly #access: () => DatabaseAccess | undefined;
  readonly #connections: number;
  #pool: pg.Pool | undefined;
  #poolFor = '';
  #closed = false;

  /** @param access asked at each use; `undefined` while there is no database. */
  constructor(access: () => DatabaseAccess | undefined, connections = 8) {
    this.#access = access;
    this.#connections = connections;
  }

  /** @throws if the database does not answer in time. */
  async ping(): Promise<void> {
    await this.#query('SELECT 1');
  }

  /** @returns the trade's sequence number, after the commit; the first one's for a trade that was there already. */
  async add(trade: Trade): Promise<number> {
    const rows = await this.#write<{ seq: string }>(
      `INSERT INTO trades (id, client_at) VALUES ($1, $2)
       ON CONFLICT (id) DO UPDATE SET id = excluded.id RETURNING seq`,
      [trade.id, trade.at ?? null],
    );
    return Number(rows[0]?.seq);
  }

  /** Adds one to the heartbeat row. @throws on a standby, which is read-only. */
  async beat(): Promise<Heartbeat> {
    const rows = await this.#write<{ sequence: string; at: Date }>(
      `INSERT INTO trading_heartbeat AS beat VALUES (1, 1, clock_timestamp())
       ON CONFLICT (id) DO UPDATE SET sequence = beat.sequence + 1, at = excluded.at RETURNING sequence, at`,
    );
    const row = rows[0];
    return { sequence: Number(row?.sequence), atMs: row?.at.getTime() ?? Number.NaN };
  }

  async close(): Promise<void> {
    this.#closed = true;
    const pool = this.#pool;
    this.#pool = undefined;
    await pool?.end();
  }

  /** The tables are made by the first write that misses them. */
  async #write<Row extends pg.QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    try {
      return await this.#query<Row>(sql, values);
    } catch (error) {
      if ((error as { readonly code?: string }).code !== undefinedTable) throw error;
      // Two instances may do so at once; the loser's error says only that the tables are there.
      await this.#query(schema).catch(() => {});
      return this.#query<Row>(sql, values);
    }
  }

  async #query<Row extends pg.QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    const result = await this.#currentPool().query<Row>(sql, values.length === 0 ? undefined : [...values]);
    return result.rows;
  }

  #currentPool(): pg.Pool {
    // A request that is still on its way must not open it again.
    if (this.#closed) throw new Error('the application has stopped');
    const access = this.#access();
    if (access === undefined) throw new Error('there is no database');
    const key = JSON.stringify(access);
    if (this.#pool !== undefined && this.#poolFor === key) return this.#pool;
    const former = this.#pool;
    const pool = new pg.Pool({
      ...access,
      max: this.#connections,
      connectionTimeoutMillis: limitMs,
      query_timeout: limitMs,
      statement_timeout: limitMs,
    });
    // A connection that breaks while idle is replaced by the pool.
    pool.on('error', () => {});
    this.#pool = pool;
    this.#poolFor = key;
    former?.end().catch(() => {});
    return pool;
  }
}
