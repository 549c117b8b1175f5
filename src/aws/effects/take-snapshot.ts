import { CreateDBSnapshotCommand } from '@aws-sdk/client-rds';
import type { EffectOf, Look } from '../../failover/effect.ts';
import { PortError } from '../../failover/port-error.ts';
import type { EffectHandler } from '../../failover/ports.ts';
import { mutatingCall } from '../bounded-call.ts';
import { describeDbInstance } from '../db-instance.ts';
import { type DbSnapshot, describeDbSnapshot } from '../db-snapshot.ts';
import { instanceTags } from '../db-tags.ts';
import { unlessThereAlready } from './already-exists.ts';
import type { EffectContext } from './effect-context.ts';

/**
 * Keeps what a former active has and nobody else ever got, before its instance goes. The name is the operation's, so a
 * repeated call meets the snapshot of the first.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSnapshot.html
 */
export class TakeSnapshot implements EffectHandler<'snapshot'> {
  readonly #context: EffectContext;

  constructor(context: EffectContext) {
    this.#context = context;
  }

  async check({ site, database, snapshot }: EffectOf<'snapshot'>): Promise<Look> {
    const client = this.#context.clients.rds(this.#context.region(site));
    const limit = this.#context.callLimit();
    const [instance, kept] = await Promise.all([
      describeDbInstance(client, database, limit),
      describeDbSnapshot(client, snapshot, limit),
    ]);
    if (kept !== null) return snapshotLook(database, snapshot, kept);
    if (instance === null) return { state: 'Done', detail: `there is no ${database} to keep anything of` };
    return snapshotStates.has(instance.status)
      ? { state: 'NotDone', detail: `${database} is ${instance.status}, and there is no snapshot ${snapshot}` }
      : { state: 'NotYet', detail: `RDS takes no snapshot of ${database} while it is ${instance.status}` };
  }

  async perform({ site, database, snapshot }: EffectOf<'snapshot'>): Promise<void> {
    const client = this.#context.clients.rds(this.#context.region(site));
    const limit = this.#context.callLimit();
    const instance = await describeDbInstance(client, database, limit);
    const command = new CreateDBSnapshotCommand({
      DBInstanceIdentifier: database,
      DBSnapshotIdentifier: snapshot,
      Tags: instance === null ? [] : instanceTags(instance.raw),
    });
    await unlessThereAlready(mutatingCall(limit, (options) => client.send(command, options)));
  }
}

function snapshotLook(database: string, name: string, { status, instance }: DbSnapshot): Look {
  if (instance !== database) {
    throw new PortError(
      'Refused',
      'SnapshotNameTaken',
      `snapshot ${name} is of ${instance} and not of ${database}: rename or delete it`,
    );
  }
  if (status === 'available') return { state: 'Done', detail: `snapshot ${name} keeps ${database}` };
  if (status === 'failed') {
    throw new PortError(
      'Refused',
      'SnapshotFailed',
      `snapshot ${name} of ${database} failed: delete it, and another one is taken`,
    );
  }
  return { state: 'Called', detail: `snapshot ${name} is ${status}` };
}

/** In which RDS takes a snapshot; in any other it answers InvalidDBInstanceState. */
const snapshotStates: ReadonlySet<string> = new Set(['available', 'storage-optimization']);
