import { superuser } from '../../postgres/cluster.ts';
import type { Listener } from '../listener.ts';
import type { Pace } from '../pace.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { Database, ReplicationSource } from './database.ts';
import type { DatabaseRecord, DatabaseStatus } from './database-record.ts';
import { type MasterUser, passwordStatement } from './roles.ts';

/** The world around an instance. */
export interface InstanceContext {
  readonly pace: Pace;
  /** Keeps the records of all instances on disk. */
  readonly save: () => Promise<void>;
  readonly onStatus: (identifier: string, status: DatabaseStatus | 'deleted', reason?: string) => void;
  /** Where a replica's source is reached; `undefined` if no link leads there. */
  readonly sourceOf: (record: DatabaseRecord) => ReplicationSource | undefined;
  readonly hasReplicas: (identifier: string) => boolean;
  readonly forget: (identifier: string) => void;
}

export interface Modification {
  readonly masterPassword?: string;
  readonly changes: Partial<
    Pick<DatabaseRecord, 'instanceClass' | 'backupRetentionDays' | 'multiAz' | 'deletionProtection'>
  >;
}

/**
 * RDS's state machine of one DB instance: a call checks the state, changes it, and returns; the work goes on behind it.
 *
 * Source: Amazon RDS API Reference, the errors of each action.
 */
export class DatabaseInstance {
  readonly database: Database;
  readonly endpoint: Listener;
  readonly #context: InstanceContext;
  #record: DatabaseRecord;

  /** @param endpoint the listener behind the network ACL. */
  constructor(record: DatabaseRecord, database: Database, endpoint: Listener, context: InstanceContext) {
    this.#record = { ...record, port: endpoint.port };
    this.database = database;
    this.endpoint = endpoint;
    this.#context = context;
  }

  get record(): DatabaseRecord {
    return this.#record;
  }

  /** Brings back what an earlier run of the region left. */
  async restore(): Promise<void> {
    const { status, directPort, promoting } = this.#record;
    if (status === 'stopped' || status === 'failed') return;
    if (status === 'creating' || status === 'deleting') {
      // Its files may be half there.
      await this.#remove();
      return;
    }
    await this.database.start(this.#context.sourceOf(this.#record), directPort);
    if (promoting) this.#work(() => this.#finishPromotion());
    else await this.#set({ status: 'available' });
  }

  /** Builds a part of the world that is there when it starts: available when this returns, without AWS's waits. */
  async provision(content: MasterUser | 'FromSource'): Promise<void> {
    await this.#fill(content);
    await this.#set({ status: 'available' });
  }

  async create(content: MasterUser | 'FromSource'): Promise<void> {
    await this.#set({});
    this.#work(async () => {
      await this.#fill(content);
      await this.#context.pace.pass('databaseCreation');
      if (content === 'FromSource') await this.#set({ status: 'available' });
      else await this.#firstBackup();
    });
  }

  /** @throws AwsError InvalidDBInstanceState unless it is an available replica. */
  async promote(backupRetentionDays: number | undefined): Promise<void> {
    this.requireAvailable();
    if (this.#record.sourceArn === undefined) throw this.#invalidState('is not a read replica');
    const backups = backupRetentionDays === undefined ? {} : { backupRetentionDays };
    await this.#set({ status: 'modifying', promoting: true, ...backups });
    this.#work(async () => {
      await this.#context.pace.pass('databaseModification');
      await this.#finishPromotion();
    });
  }

  /** @throws AwsError InvalidDBInstanceState for an instance that has or is a replica, or is not available. */
  async stop(): Promise<void> {
    this.requireAvailable();
    if (this.#record.sourceArn !== undefined) throw this.#invalidState('is a read replica');
    if (this.#context.hasReplicas(this.#record.identifier)) throw this.#invalidState('has read replicas');
    await this.#set({ status: 'stopping' });
    this.#work(async () => {
      await this.database.stop();
      await this.#context.pace.pass('databaseStop');
      await this.#set({ status: 'stopped' });
    });
  }

  async start(): Promise<void> {
    if (this.#record.status !== 'stopped') throw this.#invalidState('is not stopped');
    await this.#set({ status: 'starting' });
    this.#work(async () => {
      await this.#context.pace.pass('databaseStart');
      await this.database.start(this.#context.sourceOf(this.#record), this.#record.directPort);
      await this.#set({ status: 'available' });
    });
  }

  async reboot(): Promise<void> {
    this.requireAvailable();
    await this.#set({ status: 'rebooting' });
    this.#work(async () => {
      await this.database.restart(this.#context.sourceOf(this.#record));
      await this.#context.pace.pass('databaseReboot');
      await this.#set({ status: 'available' });
    });
  }

  async modify({ changes, masterPassword }: Modification): Promise<void> {
    this.requireAvailable();
    if (masterPassword !== undefined) {
      if (this.#record.sourceArn !== undefined) throw this.#invalidState('is a read replica');
      const username = this.#record.masterUsername;
      await this.database.query(passwordStatement({ username, password: masterPassword }));
    }
    await this.#set({ ...changes, status: 'modifying' });
    this.#work(async () => {
      await this.#context.pace.pass('databaseModification');
      await this.#set({ status: 'available' });
    });
  }

  /** A snapshot or a backup is being taken: until `task` has ended a promotion is refused. */
  async backUpDuring(task: () => Promise<void>): Promise<void> {
    this.requireAvailable();
    await this.#set({ status: 'backing-up' });
    this.#work(async () => {
      await task();
      await this.#set({ status: 'available' });
    });
  }

  /** @throws AwsError InvalidParameterCombination while it is protected against deletion. */
  async delete(): Promise<void> {
    const { deletionProtection, status } = this.#record;
    if (deletionProtection) {
      const message = 'Cannot delete protected DB Instance, please disable deletion protection and try again.';
      throw new AwsError('InvalidParameterCombination', message);
    }
    if (status === 'deleting' || status === 'creating') throw this.#invalidState(`is ${status}`);
    await this.#set({ status: 'deleting' });
    this.#work(async () => {
      await this.database.stop();
      await this.#context.pace.pass('databaseDeletion');
      await this.#remove();
    });
  }

  /** Ends it with its region; everything stays on disk. */
  async close(): Promise<void> {
    await this.endpoint.close();
    await this.database.stop();
  }

  /** @throws AwsError InvalidDBInstanceState */
  requireAvailable(): void {
    if (this.#record.status !== 'available') throw this.#invalidState('is not in available state');
  }

  async #fill(content: MasterUser | 'FromSource'): Promise<void> {
    if (content !== 'FromSource') {
      await this.database.create(content, this.#record.databaseName);
      return;
    }
    const source = this.#context.sourceOf(this.#record);
    if (source === undefined) throw new Error(`no link leads to the source of ${this.#record.identifier}`);
    await this.database.createReplica(source);
    await this.#set(await ownerOf(this.database));
  }

  async #finishPromotion(): Promise<void> {
    if (await inRecovery(this.database)) await this.database.promote();
    await this.#set({ status: 'rebooting' }, ['sourceArn', 'promoting']);
    await this.database.restart();
    await this.#context.pace.pass('databaseReboot');
    await this.#firstBackup();
  }

  async #firstBackup(): Promise<void> {
    if (this.#record.backupRetentionDays > 0) {
      await this.#set({ status: 'backing-up' });
      await this.#context.pace.pass('databaseBackup');
    }
    await this.#set({ status: 'available' });
  }

  /** Lets the asynchronous part of a call run on; what goes wrong in it is the instance's state. */
  #work(task: () => Promise<void>): void {
    task().catch(async (error: unknown) => {
      if (this.#context.pace.stopped) return;
      const reason = error instanceof Error ? error.message : String(error);
      await this.#set({ status: 'failed' }, [], reason);
    });
  }

  async #remove(): Promise<void> {
    const { identifier } = this.#record;
    await this.endpoint.close();
    await this.database.remove();
    this.#context.forget(identifier);
    await this.#context.save();
    this.#context.onStatus(identifier, 'deleted');
  }

  async #set(
    changes: Partial<DatabaseRecord>,
    dropped: readonly (keyof DatabaseRecord)[] = [],
    reason?: string,
  ): Promise<void> {
    const before = this.#record.status;
    const merged = { ...this.#record, ...changes, directPort: this.database.port ?? this.#record.directPort };
    this.#record = Object.fromEntries(
      Object.entries(merged).filter(([name]) => !dropped.includes(name as keyof DatabaseRecord)),
    ) as unknown as DatabaseRecord;
    const { identifier, status } = this.#record;
    if (status !== before || reason !== undefined) this.#context.onStatus(identifier, status, reason);
    await this.#context.save();
  }

  #invalidState(what: string): AwsError {
    return new AwsError('InvalidDBInstanceState', `DB instance ${this.#record.identifier} ${what}.`);
  }
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
