import type { StateFile } from '../state-file.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { DatabaseInstance } from './database-instance.ts';

/** What RDS knows of a DB snapshot, as it is kept on disk. It outlives its instance. */
export interface SnapshotRecord {
  readonly identifier: string;
  readonly arn: string;
  /** Of the instance that it was taken of. */
  readonly instance: string;
  readonly resourceId: string;
  readonly status: 'creating' | 'available';
  readonly type: 'manual';
  readonly tags: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly createdAtMs: number;
}

export interface NewSnapshot {
  readonly identifier: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * The region's DB snapshots. Nothing can be restored in the sandbox, so no data is kept behind them.
 *
 * Source: Amazon RDS API Reference, CreateDBSnapshot, DescribeDBSnapshots, DeleteDBSnapshot.
 */
export class Snapshots {
  readonly #arnPrefix: string;
  readonly #state: StateFile<readonly SnapshotRecord[]>;
  readonly #records = new Map<string, SnapshotRecord>();
  readonly #pass: () => Promise<void>;

  /**
   * @param arnPrefix such as `arn:aws:rds:us-east-1:123456789012:snapshot:`.
   * @param pass lets the time go by that a snapshot takes.
   */
  constructor(arnPrefix: string, state: StateFile<readonly SnapshotRecord[]>, pass: () => Promise<void>) {
    this.#arnPrefix = arnPrefix;
    this.#state = state;
    this.#pass = pass;
  }

  get records(): readonly SnapshotRecord[] {
    return [...this.#records.values()];
  }

  /** A snapshot that was being taken when the region ended is none. */
  async restore(): Promise<void> {
    for (const record of (await this.#state.read()) ?? []) {
      if (record.status === 'available') this.#records.set(record.identifier, record);
    }
  }

  /** @throws AwsError DBSnapshotNotFound */
  find(identifier: string): SnapshotRecord {
    const found = this.#records.get(identifier);
    if (found !== undefined) return found;
    throw new AwsError('DBSnapshotNotFound', `DBSnapshot ${identifier} not found.`, 404);
  }

  /** @throws AwsError DBSnapshotAlreadyExists; InvalidDBInstanceState unless the instance is available. */
  async take(wanted: NewSnapshot, instance: DatabaseInstance): Promise<SnapshotRecord> {
    this.requireFree(wanted.identifier);
    instance.requireAvailable();
    const record = await this.#add(wanted, instance);
    await instance.backUpDuring(async () => {
      await this.#pass();
      await this.#finish(wanted.identifier);
    });
    return record;
  }

  /** Of an instance that is being deleted: it is there when the instance is gone. */
  async takeFinal(wanted: NewSnapshot, instance: DatabaseInstance): Promise<void> {
    await this.#add(wanted, instance);
    await this.#finish(wanted.identifier);
  }

  /** @throws AwsError DBSnapshotNotFound, InvalidDBSnapshotState */
  async delete(identifier: string): Promise<SnapshotRecord> {
    const record = this.find(identifier);
    if (record.status !== 'available') {
      throw new AwsError('InvalidDBSnapshotState', `DBSnapshot ${identifier} is not in the available state.`);
    }
    this.#records.delete(identifier);
    await this.#state.write(this.records);
    return record;
  }

  /** @throws AwsError DBSnapshotAlreadyExists */
  requireFree(identifier: string): void {
    if (!this.#records.has(identifier)) return;
    const message = `Cannot create the snapshot because a snapshot with the identifier ${identifier} already exists.`;
    throw new AwsError('DBSnapshotAlreadyExists', message);
  }

  async #add({ identifier, tags = {} }: NewSnapshot, { record }: DatabaseInstance): Promise<SnapshotRecord> {
    const snapshot: SnapshotRecord = {
      identifier,
      arn: `${this.#arnPrefix}${identifier}`,
      instance: record.identifier,
      resourceId: record.resourceId,
      status: 'creating',
      type: 'manual',
      tags,
      createdAtMs: Date.now(),
    };
    this.#records.set(identifier, snapshot);
    await this.#state.write(this.records);
    return snapshot;
  }

  async #finish(identifier: string): Promise<void> {
    this.#records.set(identifier, { ...this.find(identifier), status: 'available' });
    await this.#state.write(this.records);
  }
}
