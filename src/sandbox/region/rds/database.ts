import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { takeBaseBackup } from '../../postgres/base-backup.ts';
import { giveTo, initializeCluster, makeDataDirectory, replicationUser, superuser } from '../../postgres/cluster.ts';
import type { PostgresBinaries } from '../../postgres/postgres-binaries.ts';
import { type PostgresServer, startPostgres } from '../../postgres/postgres-server.ts';
import { promote } from '../../postgres/promote.ts';
import type { TcpAddress } from '../region-config.ts';
import { createRoles, type MasterUser } from './roles.ts';

/** Where a replica gets its data, and by which name the source knows it. */
export interface ReplicationSource {
  readonly address: TcpAddress;
  /** See `replicationName`. */
  readonly name: string;
}

/** Limit of the region's own questions to a database, so that a stuck one cannot hold up an answer. */
const questionLimitMs = 2_000;

/** The PostgreSQL behind one DB instance, with its files. Knows nothing of RDS's states. */
export class Database {
  readonly #binaries: PostgresBinaries;
  readonly #directory: string;
  #server: PostgresServer | undefined;

  /** @param directory of this instance alone. */
  constructor(binaries: PostgresBinaries, directory: string) {
    this.#binaries = binaries;
    this.#directory = directory;
  }

  get dataDirectory(): string {
    return path.join(this.#directory, 'data');
  }

  /** Port of the running server. */
  get port(): number | undefined {
    return this.#server?.port;
  }

  /** Makes an empty database with its master user, and starts it. */
  async create(master: MasterUser, databaseName: string): Promise<void> {
    await this.#prepareDirectory();
    await initializeCluster(this.#binaries, this.dataDirectory);
    await this.start();
    await createRoles((database, sql) => this.query(sql, database), master, databaseName);
  }

  /** Copies the source and starts as its standby. */
  async createReplica(source: ReplicationSource): Promise<void> {
    await this.#prepareDirectory();
    await makeDataDirectory(this.dataDirectory, this.#binaries.user);
    const { dataDirectory } = this;
    await takeBaseBackup({ ...source.address, applicationName: source.name, dataDirectory });
    if (this.#binaries.user !== undefined) await giveTo(this.#binaries.user, dataDirectory);
    await this.start(source);
  }

  /**
   * @param source of a standby; a server that is not one ignores it.
   * @param preferredPort where it was before.
   */
  async start(source?: ReplicationSource, preferredPort?: number): Promise<void> {
    const server = await startPostgres({
      binaries: this.#binaries,
      dataDirectory: this.dataDirectory,
      logFile: path.join(this.#directory, 'postgresql.log'),
      ...(preferredPort === undefined ? {} : { preferredPort }),
      ...(source === undefined ? {} : { primaryConnection: connectionOf(source) }),
    });
    this.#server = server;
    server.ended.then(() => {
      if (this.#server === server) this.#server = undefined;
    });
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    await server?.stop();
  }

  async restart(source?: ReplicationSource): Promise<void> {
    const port = this.port;
    await this.stop();
    await this.start(source, port);
  }

  async promote(): Promise<void> {
    await promote(this.#binaries, this.dataDirectory);
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.#directory, { recursive: true, force: true });
  }

  /** As the service's superuser. @throws if the database does not run, or does not answer in time. */
  async query<Row extends pg.QueryResultRow>(sql: string, database = 'postgres'): Promise<Row[]> {
    if (this.port === undefined) throw new Error('PostgreSQL does not run');
    const client = new pg.Client({
      host: '127.0.0.1',
      port: this.port,
      user: superuser,
      database,
      connectionTimeoutMillis: questionLimitMs,
      query_timeout: questionLimitMs * 5,
    });
    client.on('error', () => {});
    await client.connect();
    try {
      return (await client.query<Row>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  async #prepareDirectory(): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true });
    await mkdir(this.#directory, { recursive: true, mode: 0o711 });
  }
}

function connectionOf({ address, name }: ReplicationSource): string {
  const { host, port } = address;
  // Without encryption, the gateway can read which database is meant.
  const plain = 'sslmode=disable gssencmode=disable connect_timeout=5 keepalives_idle=5';
  return `host=${host} port=${port} user=${replicationUser} application_name=${name} ${plain}`;
}
