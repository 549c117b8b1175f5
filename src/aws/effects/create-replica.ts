import { CreateDBInstanceReadReplicaCommand } from '@aws-sdk/client-rds';
import type { Site } from '../../api/site.ts';
import type { EffectOf, Look } from '../../failover/effect.ts';
import { PortError } from '../../failover/port-error.ts';
import type { EffectHandler } from '../../failover/ports.ts';
import { mutatingCall } from '../bounded-call.ts';
import { type DbInstance, describeDbInstance, isReplicaOf } from '../db-instance.ts';
import { unlessThereAlready } from './already-exists.ts';
import type { EffectContext } from './effect-context.ts';
import { replicaSettings } from './replica-settings.ts';

/**
 * Makes a read replica of another site's database. Done as soon as RDS has finished creating it: whether it follows
 * closely is `verify-replica`'s question.
 *
 * Its settings are those of the instance that the site has or had: the one that it replaces, or the one beside which it
 * is a rehearsal. So what was chosen for the region once (subnets, parameters, keys) is not chosen again.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstanceReadReplica.html
 */
export class CreateReplica implements EffectHandler<'create-replica'> {
  readonly #context: EffectContext;
  readonly #siblingsOf: (site: Site) => readonly string[];

  /** @param siblingsOf instances that the site has or had, the best model first. */
  constructor(context: EffectContext, siblingsOf: (site: Site) => readonly string[]) {
    this.#context = context;
    this.#siblingsOf = siblingsOf;
  }

  async check({ site, database, source }: EffectOf<'create-replica'>): Promise<Look> {
    const [instance, original] = await Promise.all([
      this.#read(site, database),
      this.#read(source.site, source.database),
    ]);
    if (instance !== null) return replicaLook(database, instance, source.database, original);
    if (original === null) return { state: 'NotYet', detail: `RDS has no instance ${source.database}` };
    if (original.backupRetentionDays === 0) {
      throw new PortError(
        'Refused',
        'BackupsOff',
        `${source.database} has no automated backups, without which RDS makes no replica of it: set its backup retention to one day or more`,
      );
    }
    return original.status === 'available'
      ? { state: 'NotDone', detail: `there is no ${database} yet` }
      : { state: 'NotYet', detail: `RDS makes no replica of ${source.database} while it is ${original.status}` };
  }

  async perform({ site, database, source }: EffectOf<'create-replica'>): Promise<void> {
    const original = await this.#read(source.site, source.database);
    if (original === null) throw new PortError('NotYet', 'NoSource', `RDS has no instance ${source.database}`);
    const sibling = await this.#sibling(site, database);
    const command = new CreateDBInstanceReadReplicaCommand({
      ...replicaSettings(this.#context.region(site), sibling, original),
      DBInstanceIdentifier: database,
      SourceDBInstanceIdentifier: original.arn,
    });
    const client = this.#context.clients.rds(this.#context.region(site));
    const limit = this.#context.callLimit();
    await unlessThereAlready(mutatingCall(limit, (options) => client.send(command, options)));
  }

  async #sibling(site: Site, database: string): Promise<DbInstance | null> {
    for (const identifier of this.#siblingsOf(site)) {
      const found = identifier === database ? null : await this.#read(site, identifier);
      if (found !== null) return found;
    }
    return null;
  }

  #read(site: Site, identifier: string): Promise<DbInstance | null> {
    const client = this.#context.clients.rds(this.#context.region(site));
    return describeDbInstance(client, identifier, this.#context.callLimit());
  }
}

function replicaLook(database: string, instance: DbInstance, source: string, original: DbInstance | null): Look {
  if (original === null) return { state: 'CannotTell', detail: `RDS has no instance ${source} to compare with` };
  if (!isReplicaOf(instance, original)) {
    const what = instance.source === null ? 'a database of its own' : `a replica of ${instance.source}`;
    throw new PortError(
      'Refused',
      'IdentifierTaken',
      `${database} exists and is ${what}, not a replica of ${source}: delete or rename it`,
    );
  }
  if (brokenStates.has(instance.status) || instance.status.startsWith('incompatible-')) {
    throw new PortError(
      'Refused',
      'ReplicaFailed',
      `replica ${database} is ${instance.status}: see its events in RDS, delete it, and another one is made`,
    );
  }
  return instance.status === 'creating'
    ? { state: 'Called', detail: `${database} is being created` }
    : { state: 'Done', detail: `${database} is a replica of ${source}, and ${instance.status}` };
}

/**
 * Out of which RDS does not come by itself.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html
 */
const brokenStates: ReadonlySet<string> = new Set([
  'failed',
  'restore-error',
  'inaccessible-encryption-credentials',
  'insufficient-capacity',
]);
