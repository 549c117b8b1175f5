import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { superuser } from '../../postgres/cluster.ts';
import type { PostgresBinaries } from '../../postgres/postgres-binaries.ts';
import type { NetworkAcl } from '../ec2/network-acl.ts';
import type { Listener } from '../listener.ts';
import type { Pace } from '../pace.ts';
import type { DatabaseInfo, TcpAddress } from '../region-config.ts';
import { StateFile } from '../state-file.ts';
import { AwsError } from '../wire/aws-error.ts';
import { Database, type ReplicationSource } from './database.ts';
import { openDatabaseEndpoint } from './database-endpoint.ts';
import { type DatabaseRecord, type DatabaseStatus, parseDatabaseArn } from './database-record.ts';
import { type ReplicationPeer, replicationName } from './replication-gateway.ts';
import { passwordStatement } from './roles.ts';

export interface DatabasesOptions {
  readonly region: string;
  readonly accountId: string;
  readonly directory: string;
  /** Asked for when the first database needs them. */
  readonly binaries: () => Promise<PostgresBinaries>;
  readonly pace: Pace;
  readonly acl?: NetworkAcl;
  /** See `RegionConfig.databaseEndpoints`. */
  readonly endpoints?: { readonly domain: string; readonly port: number };
  /** Where replication of a region is reached, its own included. */
  readonly replicationAddress: (region: string) => TcpAddress | undefined;
  readonly onStatus: (identifier: string, status: DatabaseStatus | 'deleted', reason?: string) => void;
}

interface Entry {
  record: DatabaseRecord;
  readonly database: Database;
  readonly endpoint: Listener;
}

export interface NewDatabase {
  readonly identifier: string;
  readonly masterUsername: string;
  readonly masterPassword: string;
  readonly databaseName: string;
  readonly instanceClass?: string;
  readonly engineVersion?: string;
  readonly backupRetentionDays?: number;
  readonly multiAz?: boolean;
  readonly deletionProtection?: boolean;
  readonly tags?: Readonly<Record<string, string>>;
}

/** Users, passwords and databases are the source's. */
export type NewReplica = Omit<NewDatabase, 'masterUsername' | 'masterPassword' | 'databaseName'> & {
  readonly sourceArn: string;
};

export interface Modification {
  readonly masterPassword?: string;
  readonly changes: Partial<
    Pick<DatabaseRecord, 'instanceClass' | 'backupRetentionDays' | 'multiAz' | 'deletionProtection'>
  >;
}

/** Of the PostgreSQL that the sandbox carries. */
const carriedVersion = '18.4';
/** How long a replica that is not connected is still listed at its source. */
const peerMemoryMs = 10_000;

/**
 * The region's DB instances and RDS's state machine: a call checks the state, changes it, and returns; the work goes
 * on behind it.
 */
export class Databases {
  readonly #options: DatabasesOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #state: StateFile<readonly DatabaseRecord[]>;
  /** When each replica was last seen connected, by source and the replica's ARN. */
  readonly #peers = new Map<string, Map<string, number>>();

  constructor(options: DatabasesOptions) {
    this.#options = options;
    this.#state = new StateFile(path.join(options.directory, 'instances.json'));
  }

  /** Brings back the instances of an earlier run, in the state that they had. */
  async restore(): Promise<void> {
    for (const record of (await this.#state.read()) ?? []) {
      const entry = await this.#open(record);
      if (record.status === 'stopped' || record.status === 'failed') continue;
      if (record.status === 'creating' || record.status === 'deleting') {
        // Its files may be half there.
        await this.#remove(entry);
        continue;
      }
      await entry.database.start(this.#sourceOf(record), record.directPort);
      if (record.promoting) this.#work(entry, () => this.#finishPromotion(entry));
      else await this.#set(entry, { status: 'available' });
    }
  }

  get records(): readonly DatabaseRecord[] {
    return [...this.#entries.values()].map(({ record }) => record);
  }

  get info(): readonly DatabaseInfo[] {
    return [...this.#entries.values()].map(({ record, database, endpoint }) => ({
      identifier: record.identifier,
      arn: record.arn,
      status: record.status,
      port: endpoint.port,
      directPort: database.port ?? record.directPort,
    }));
  }

  /** @throws AwsError DBInstanceNotFound */
  find(identifier: string | undefined): DatabaseRecord {
    return this.#find(identifier).record;
  }

  has(identifier: string): boolean {
    return this.#entries.has(identifier);
  }

  /** PostgreSQL's own port, which no ACL guards. */
  directPort(identifier: string): number | undefined {
    return this.#entries.get(identifier)?.database.port;
  }

  /** Of the instance's endpoint, behind the ACL. */
  endpointPort(identifier: string): number | undefined {
    return this.#entries.get(identifier)?.endpoint.port;
  }

  /** As clients are told. */
  address({ identifier, port }: DatabaseRecord): TcpAddress {
    const { endpoints } = this.#options;
    return endpoints === undefined
      ? { host: '127.0.0.1', port }
      : { host: `${identifier}.${endpoints.domain}`, port: endpoints.port };
  }

  /** ARNs of replicas of an instance: those of the region by their records, others by their connections. */
  replicasOf(identifier: string): readonly string[] {
    const { arn } = this.find(identifier);
    const seenSince = Date.now() - peerMemoryMs;
    const own = this.records.filter(({ sourceArn }) => sourceArn === arn).map((record) => record.arn);
    const connected = [...(this.#peers.get(identifier) ?? [])]
      .filter(([replicaArn, at]) => at > seenSince && parseDatabaseArn(replicaArn)?.region !== this.#options.region)
      .map(([replicaArn]) => replicaArn);
    return [...new Set([...own, ...connected])];
  }

  notePeer({ source, replicaArn }: ReplicationPeer): void {
    const peers = this.#peers.get(source) ?? new Map<string, number>();
    peers.set(replicaArn, Date.now());
    this.#peers.set(source, peers);
  }

  /**
   * Seconds between now and the last transaction that a replica has replayed, as CloudWatch's ReplicaLag shows it.
   *
   * Source: Amazon RDS User Guide, "Monitoring read replication".
   * @returns undefined for what is no running replica.
   */
  async replicaLagSeconds(identifier: string): Promise<number | undefined> {
    const { record, database } = this.#find(identifier);
    if (record.sourceArn === undefined || database.port === undefined) return undefined;
    const rows = await database.query<{ lag: number | null }>(
      'SELECT extract(epoch FROM now() - pg_last_xact_replay_timestamp())::float8 AS lag',
    );
    return Math.max(0, rows[0]?.lag ?? 0);
  }

  /** Builds a part of the world that is there when it starts: available when this returns, without AWS's waits. */
  async provision(wanted: NewDatabase | NewReplica): Promise<void> {
    const entry = await this.#add(wanted);
    if ('sourceArn' in wanted) await this.#copySource(entry);
    else await this.#initialize(entry, wanted);
    await this.#set(entry, { status: 'available' });
  }

  async create(wanted: NewDatabase): Promise<DatabaseRecord> {
    const entry = await this.#add(wanted);
    this.#work(entry, async () => {
      await this.#initialize(entry, wanted);
      await this.#options.pace.pass('databaseCreation');
      await this.#backUp(entry);
    });
    return entry.record;
  }

  /** @throws AwsError DBInstanceNotFound if no link leads to the source's region. */
  async createReplica(wanted: NewReplica): Promise<DatabaseRecord> {
    const region = parseDatabaseArn(wanted.sourceArn)?.region;
    if (region === undefined || this.#options.replicationAddress(region) === undefined) {
      throw new AwsError('DBInstanceNotFound', `DBInstance ${wanted.sourceArn} not found.`, 404);
    }
    const entry = await this.#add(wanted);
    this.#work(entry, async () => {
      await this.#copySource(entry);
      await this.#options.pace.pass('databaseCreation');
      await this.#set(entry, { status: 'available' });
    });
    return entry.record;
  }

  /** @throws AwsError InvalidDBInstanceState unless it is an available replica. */
  async promote(identifier: string, backupRetentionDays: number | undefined): Promise<DatabaseRecord> {
    const entry = this.#findAvailable(identifier);
    if (entry.record.sourceArn === undefined) throw invalidState(identifier, 'is not a read replica');
    const backups = backupRetentionDays === undefined ? {} : { backupRetentionDays };
    await this.#set(entry, { status: 'modifying', promoting: true, ...backups });
    this.#work(entry, async () => {
      await this.#options.pace.pass('databaseModification');
      await this.#finishPromotion(entry);
    });
    return entry.record;
  }

  /** @throws AwsError InvalidDBInstanceState for an instance that has or is a replica, or is not available. */
  async stop(identifier: string): Promise<DatabaseRecord> {
    const entry = this.#findAvailable(identifier);
    if (entry.record.sourceArn !== undefined) throw invalidState(identifier, 'is a read replica');
    if (this.replicasOf(identifier).length > 0) throw invalidState(identifier, 'has read replicas');
    await this.#set(entry, { status: 'stopping' });
    this.#work(entry, async () => {
      await entry.database.stop();
      await this.#options.pace.pass('databaseStop');
      await this.#set(entry, { status: 'stopped' });
    });
    return entry.record;
  }

  async start(identifier: string): Promise<DatabaseRecord> {
    const entry = this.#find(identifier);
    if (entry.record.status !== 'stopped') throw invalidState(identifier, 'is not stopped');
    await this.#set(entry, { status: 'starting' });
    this.#work(entry, async () => {
      await this.#options.pace.pass('databaseStart');
      await entry.database.start(this.#sourceOf(entry.record), entry.record.directPort);
      await this.#set(entry, { status: 'available' });
    });
    return entry.record;
  }

  async reboot(identifier: string): Promise<DatabaseRecord> {
    const entry = this.#findAvailable(identifier);
    await this.#set(entry, { status: 'rebooting' });
    this.#work(entry, async () => {
      await entry.database.restart(this.#sourceOf(entry.record));
      await this.#options.pace.pass('databaseReboot');
      await this.#set(entry, { status: 'available' });
    });
    return entry.record;
  }

  async modify(identifier: string, { changes, masterPassword }: Modification): Promise<DatabaseRecord> {
    const entry = this.#findAvailable(identifier);
    if (masterPassword !== undefined) {
      if (entry.record.sourceArn !== undefined) throw invalidState(identifier, 'is a read replica');
      await entry.database.query(
        passwordStatement({ username: entry.record.masterUsername, password: masterPassword }),
      );
    }
    await this.#set(entry, { ...changes, status: 'modifying' });
    this.#work(entry, async () => {
      await this.#options.pace.pass('databaseModification');
      await this.#set(entry, { status: 'available' });
    });
    return entry.record;
  }

  async delete(identifier: string): Promise<DatabaseRecord> {
    const entry = this.#find(identifier);
    if (entry.record.deletionProtection) {
      const message = 'Cannot delete protected DB Instance, please disable deletion protection and try again.';
      throw new AwsError('InvalidParameterCombination', message);
    }
    if (entry.record.status === 'deleting' || entry.record.status === 'creating') {
      throw invalidState(identifier, `is ${entry.record.status}`);
    }
    await this.#set(entry, { status: 'deleting' });
    this.#work(entry, async () => {
      await entry.database.stop();
      await this.#options.pace.pass('databaseDeletion');
      await this.#remove(entry);
    });
    return entry.record;
  }

  /** A backup window opens: for that long a promotion is refused. @param milliseconds not divided by speed. */
  async backUpFor(identifier: string, milliseconds: number): Promise<void> {
    const entry = this.#findAvailable(identifier);
    await this.#set(entry, { status: 'backing-up' });
    this.#work(entry, async () => {
      await this.#options.pace.sleep(milliseconds);
      await this.#set(entry, { status: 'available' });
    });
  }

  async close(): Promise<void> {
    for (const { endpoint, database } of this.#entries.values()) {
      await endpoint.close();
      await database.stop();
    }
  }

  async #initialize({ database }: Entry, wanted: NewDatabase): Promise<void> {
    await database.create({ username: wanted.masterUsername, password: wanted.masterPassword }, wanted.databaseName);
  }

  async #copySource(entry: Entry): Promise<void> {
    const source = this.#sourceOf(entry.record);
    if (source === undefined) throw new Error(`no link leads to the source of ${entry.record.identifier}`);
    await entry.database.createReplica(source);
    await this.#set(entry, await ownerOf(entry.database));
  }

  async #finishPromotion(entry: Entry): Promise<void> {
    if (await inRecovery(entry.database)) await entry.database.promote();
    await this.#set(entry, { status: 'rebooting' }, ['sourceArn', 'promoting']);
    await entry.database.restart();
    await this.#options.pace.pass('databaseReboot');
    await this.#backUp(entry);
  }

  async #backUp(entry: Entry): Promise<void> {
    if (entry.record.backupRetentionDays > 0) {
      await this.#set(entry, { status: 'backing-up' });
      await this.#options.pace.pass('databaseBackup');
    }
    await this.#set(entry, { status: 'available' });
  }

  /** Lets the asynchronous part of a call run on; what goes wrong in it is the instance's state. */
  #work(entry: Entry, task: () => Promise<void>): void {
    task().catch(async (error: unknown) => {
      if (this.#options.pace.stopped) return;
      const reason = error instanceof Error ? error.message : String(error);
      await this.#set(entry, { status: 'failed' }, [], reason);
    });
  }

  async #add(wanted: NewDatabase | NewReplica): Promise<Entry> {
    const { identifier } = wanted;
    if (this.#entries.has(identifier)) {
      throw new AwsError('DBInstanceAlreadyExists', `DB instance already exists: ${identifier}`);
    }
    const entry = await this.#open({
      identifier,
      arn: `arn:aws:rds:${this.#options.region}:${this.#options.accountId}:db:${identifier}`,
      resourceId: `db-${randomBytes(13).toString('hex').toUpperCase()}`,
      status: 'creating',
      ...('sourceArn' in wanted ? { sourceArn: wanted.sourceArn } : {}),
      instanceClass: wanted.instanceClass ?? 'db.r6g.large',
      engineVersion: wanted.engineVersion ?? carriedVersion,
      masterUsername: 'masterUsername' in wanted ? wanted.masterUsername : '',
      databaseName: 'databaseName' in wanted ? wanted.databaseName : '',
      backupRetentionDays: wanted.backupRetentionDays ?? 7,
      multiAz: wanted.multiAz ?? false,
      deletionProtection: wanted.deletionProtection ?? false,
      tags: wanted.tags ?? {},
      createdAtMs: Date.now(),
      port: 0,
      directPort: 0,
    });
    await this.#set(entry, {});
    return entry;
  }

  async #open(record: DatabaseRecord): Promise<Entry> {
    const { binaries, acl, directory, endpoints } = this.#options;
    const database = new Database(await binaries(), path.join(directory, record.identifier));
    const endpoint = await openDatabaseEndpoint({
      preferredPort: record.port,
      target: () => database.port,
      ...(acl === undefined ? {} : { acl }),
      ...(endpoints === undefined ? {} : { aclPort: endpoints.port }),
    });
    const entry: Entry = { record: { ...record, port: endpoint.port }, database, endpoint };
    this.#entries.set(record.identifier, entry);
    return entry;
  }

  async #remove(entry: Entry): Promise<void> {
    await entry.endpoint.close();
    await entry.database.remove();
    this.#entries.delete(entry.record.identifier);
    await this.#state.write(this.records);
    this.#options.onStatus(entry.record.identifier, 'deleted');
  }

  async #set(
    entry: Entry,
    changes: Partial<DatabaseRecord>,
    dropped: readonly (keyof DatabaseRecord)[] = [],
    reason?: string,
  ): Promise<void> {
    const before = entry.record.status;
    const merged = { ...entry.record, ...changes, directPort: entry.database.port ?? entry.record.directPort };
    entry.record = Object.fromEntries(
      Object.entries(merged).filter(([name]) => !dropped.includes(name as keyof DatabaseRecord)),
    ) as unknown as DatabaseRecord;
    const { identifier, status } = entry.record;
    if (status !== before || reason !== undefined) this.#options.onStatus(identifier, status, reason);
    await this.#state.write(this.records);
  }

  #sourceOf(record: DatabaseRecord): ReplicationSource | undefined {
    const source = record.sourceArn === undefined ? undefined : parseDatabaseArn(record.sourceArn);
    const address = source && this.#options.replicationAddress(source.region);
    if (source === undefined || address === undefined) return undefined;
    return { address, name: replicationName({ source: source.identifier, replicaArn: record.arn }) };
  }

  #find(identifier: string | undefined): Entry {
    const entry = this.#entries.get(identifier ?? '');
    if (entry === undefined) throw new AwsError('DBInstanceNotFound', `DBInstance ${identifier} not found.`, 404);
    return entry;
  }

  #findAvailable(identifier: string): Entry {
    const entry = this.#find(identifier);
    if (entry.record.status !== 'available') throw invalidState(identifier, 'is not in available state');
    return entry;
  }
}

function invalidState(identifier: string, what: string): AwsError {
  return new AwsError('InvalidDBInstanceState', `DB instance ${identifier} ${what}.`);
}

async function inRecovery(database: Database): Promise<boolean> {
  const rows = await database.query<{ recovering: boolean }>('SELECT pg_is_in_recovery() AS recovering');
  return rows[0]?.recovering ?? false;
}

/** The application's database and its owner, the master user, as a replica has them from its source. */
async function ownerOf(database: Database): Promise<Partial<DatabaseRecord>> {
  const [found] = await database.query<{ databaseName: string; masterUsername: string }>(
    `SELECT datname AS "databaseName", rolname AS "masterUsername" FROM pg_database JOIN pg_roles ON pg_roles.oid = datdba
     WHERE NOT datistemplate AND rolname <> '${superuser}' ORDER BY pg_database.oid LIMIT 1`,
  );
  return found ?? {};
}
