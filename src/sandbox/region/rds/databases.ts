import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { PostgresBinaries } from '../../postgres/postgres-binaries.ts';
import type { NetworkAcl } from '../ec2/network-acl.ts';
import type { Pace } from '../pace.ts';
import type { DatabaseInfo, TcpAddress } from '../region-config.ts';
import { StateFile } from '../state-file.ts';
import { AwsError } from '../wire/aws-error.ts';
import { Database, type ReplicationSource } from './database.ts';
import { openDatabaseEndpoint } from './database-endpoint.ts';
import { DatabaseInstance, type InstanceContext } from './database-instance.ts';
import { type DatabaseRecord, type DatabaseStatus, parseDatabaseArn } from './database-record.ts';
import { contentOf, type NewDatabase, type NewReplica } from './new-database.ts';
import { type ReplicationPeer, replicationName } from './replication-gateway.ts';
import { Snapshots } from './snapshots.ts';

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

/** Of the PostgreSQL that the sandbox carries. */
const carriedVersion = '18.4';
/** How long a replica that is not connected is still listed at its source. */
const peerMemoryMs = 10_000;

/** The region's DB instances and snapshots. */
export class Databases {
  readonly snapshots: Snapshots;
  readonly #options: DatabasesOptions;
  readonly #instances = new Map<string, DatabaseInstance>();
  readonly #state: StateFile<readonly DatabaseRecord[]>;
  /** When each replica was last seen connected, by source and the replica's ARN. */
  readonly #peers = new Map<string, Map<string, number>>();

  constructor(options: DatabasesOptions) {
    const { region, accountId, directory, pace } = options;
    this.#options = options;
    this.#state = new StateFile(path.join(directory, 'instances.json'));
    this.snapshots = new Snapshots(
      `arn:aws:rds:${region}:${accountId}:snapshot:`,
      new StateFile(path.join(directory, 'snapshots.json')),
      () => pace.pass('databaseBackup'),
    );
  }

  /**
   * Brings back the instances and snapshots of an earlier run, in the state that they had.
   *
   * @returns whether there was an earlier run, whatever is left of it.
   */
  async restore(): Promise<boolean> {
    await this.snapshots.restore();
    const kept = await this.#state.read();
    const records = kept ?? [];
    // All of them before the first is changed: a change writes down the records of all.
    for (const record of records) await this.#open(record);
    for (const instance of [...this.#instances.values()]) await instance.restore();
    return kept !== undefined;
  }

  get records(): readonly DatabaseRecord[] {
    return [...this.#instances.values()].map(({ record }) => record);
  }

  get info(): readonly DatabaseInfo[] {
    return [...this.#instances.values()].map(({ record, database, endpoint }) => ({
      identifier: record.identifier,
      arn: record.arn,
      status: record.status,
      port: endpoint.port,
      directPort: database.port ?? record.directPort,
    }));
  }

  /** @throws AwsError DBInstanceNotFound */
  find(identifier: string | undefined): DatabaseInstance {
    const instance = this.#instances.get(identifier ?? '');
    if (instance === undefined) throw new AwsError('DBInstanceNotFound', `DBInstance ${identifier} not found.`, 404);
    return instance;
  }

  has(identifier: string): boolean {
    return this.#instances.has(identifier);
  }

  /** An instance, or the newest one that is left when it was deleted: what an application goes on with. */
  inPlaceOf(identifier: string): string {
    if (this.has(identifier)) return identifier;
    const left = this.records.filter(({ status }) => status !== 'deleting' && status !== 'failed');
    return left.sort((a, b) => b.createdAtMs - a.createdAtMs)[0]?.identifier ?? identifier;
  }

  /** PostgreSQL's own port, which no ACL guards. */
  directPort(identifier: string): number | undefined {
    return this.#instances.get(identifier)?.database.port;
  }

  /** Of the instance's endpoint, behind the ACL. */
  endpointPort(identifier: string): number | undefined {
    return this.#instances.get(identifier)?.endpoint.port;
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
    const { arn } = this.find(identifier).record;
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
    const { record, database } = this.find(identifier);
    if (record.sourceArn === undefined || database.port === undefined) return undefined;
    const rows = await database.query<{ lag: number | null }>(
      'SELECT extract(epoch FROM now() - pg_last_xact_replay_timestamp())::float8 AS lag',
    );
    return Math.max(0, rows[0]?.lag ?? 0);
  }

  /** Builds a part of the world that is there when it starts: available when this returns, without AWS's waits. */
  async provision(wanted: NewDatabase | NewReplica): Promise<void> {
    const instance = await this.#add(wanted);
    await instance.provision(contentOf(wanted));
  }

  /** @throws AwsError DBInstanceAlreadyExists; DBInstanceNotFound if no link leads to the region of a source. */
  async create(wanted: NewDatabase | NewReplica): Promise<DatabaseRecord> {
    if ('sourceArn' in wanted) this.#requireLink(wanted.sourceArn);
    const instance = await this.#add(wanted);
    await instance.create(contentOf(wanted));
    return instance.record;
  }

  /** A backup window opens: for that long a promotion is refused. @param milliseconds not divided by speed. */
  async backUpFor(identifier: string, milliseconds: number): Promise<void> {
    await this.find(identifier).backUpDuring(() => this.#options.pace.sleep(milliseconds));
  }

  async close(): Promise<void> {
    for (const instance of this.#instances.values()) await instance.close();
  }

  #requireLink(sourceArn: string): void {
    const region = parseDatabaseArn(sourceArn)?.region;
    if (region !== undefined && this.#options.replicationAddress(region) !== undefined) return;
    throw new AwsError('DBInstanceNotFound', `DBInstance ${sourceArn} not found.`, 404);
  }

  async #add(wanted: NewDatabase | NewReplica): Promise<DatabaseInstance> {
    const { identifier } = wanted;
    if (this.#instances.has(identifier)) {
      throw new AwsError('DBInstanceAlreadyExists', `DB instance already exists: ${identifier}`);
    }
    return this.#open({
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
  }

  async #open(record: DatabaseRecord): Promise<DatabaseInstance> {
    const { binaries, acl, directory, endpoints } = this.#options;
    const database = new Database(await binaries(), path.join(directory, record.identifier));
    const endpoint = await openDatabaseEndpoint({
      preferredPort: record.port,
      target: () => database.port,
      ...(acl === undefined ? {} : { acl }),
      ...(endpoints === undefined ? {} : { aclPort: endpoints.port }),
    });
    const instance = new DatabaseInstance(record, database, endpoint, this.#context);
    this.#instances.set(record.identifier, instance);
    return instance;
  }

  get #context(): InstanceContext {
    return {
      pace: this.#options.pace,
      onStatus: this.#options.onStatus,
      save: () => this.#state.write(this.records),
      sourceOf: (record) => this.#sourceOf(record),
      hasReplicas: (identifier) => this.replicasOf(identifier).length > 0,
      forget: (identifier) => {
        this.#instances.delete(identifier);
      },
    };
  }

  #sourceOf(record: DatabaseRecord): ReplicationSource | undefined {
    const source = record.sourceArn === undefined ? undefined : parseDatabaseArn(record.sourceArn);
    const address = source && this.#options.replicationAddress(source.region);
    if (source === undefined || address === undefined) return undefined;
    return { address, name: replicationName({ source: source.identifier, replicaArn: record.arn }) };
  }
}
