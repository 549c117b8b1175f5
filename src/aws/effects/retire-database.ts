import { DeleteDBInstanceCommand, type RDSClient } from '@aws-sdk/client-rds';
import type { Site } from '../../api/site.ts';
import type { EffectOf, Look } from '../../failover/effect.ts';
import { PortError } from '../../failover/port-error.ts';
import type { EffectHandler } from '../../failover/ports.ts';
import { mutatingCall } from '../bounded-call.ts';
import { type DbInstance, describeDbInstance } from '../db-instance.ts';
import { describeDbSnapshot } from '../db-snapshot.ts';
import type { EffectContext } from './effect-context.ts';

/**
 * Deletes an instance that nothing needs any more. Two things are never deleted, whatever is asked: an instance whose
 * snapshot cannot be read back as available, and the one that the active site uses.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html
 */
export class RetireDatabase implements EffectHandler<'retire-database'> {
  readonly #context: EffectContext;
  readonly #isInUse: (site: Site, database: string) => boolean;

  /** @param isInUse whether the active site uses that instance, by the journal. */
  constructor(context: EffectContext, isInUse: (site: Site, database: string) => boolean) {
    this.#context = context;
    this.#isInUse = isInUse;
  }

  async check(effect: EffectOf<'retire-database'>): Promise<Look> {
    const { site, database, snapshot } = effect;
    const limit = this.#context.callLimit();
    const client = this.#context.clients.rds(this.#context.region(site));
    const instance = await describeDbInstance(client, database, limit);
    if (instance === null) return { state: 'Done', detail: `${database} is gone` };
    if (instance.status === 'deleting') return { state: 'Called', detail: `${database} is being deleted` };
    this.#refuse(effect, instance);
    if (!(await isKept(client, snapshot, limit))) {
      return { state: 'NotYet', detail: `${database} stays until snapshot ${snapshot} is available` };
    }
    return { state: 'NotDone', detail: `${database} is ${instance.status}, and may go` };
  }

  async perform({ site, database, snapshot }: EffectOf<'retire-database'>): Promise<void> {
    const limit = this.#context.callLimit();
    const client = this.#context.clients.rds(this.#context.region(site));
    if (!(await isKept(client, snapshot, limit))) {
      throw new PortError('NotYet', 'SnapshotNotKept', `snapshot ${snapshot} of ${database} is not available`);
    }
    const command = new DeleteDBInstanceCommand({ DBInstanceIdentifier: database, SkipFinalSnapshot: true });
    await mutatingCall(limit, (options) => client.send(command, options));
  }

  #refuse({ site, database }: EffectOf<'retire-database'>, { deletionProtection }: DbInstance): void {
    if (this.#isInUse(site, database)) {
      throw new PortError('Refused', 'DatabaseInUse', `${database} is the database of ${site}, which is active`);
    }
    if (!deletionProtection) return;
    const remedy = `aws rds modify-db-instance --region ${this.#context.region(site)} --db-instance-identifier ${database} --no-deletion-protection`;
    throw new PortError('Refused', 'DeletionProtection', `${database} is protected against deletion: ${remedy}`);
  }
}

/** An instance that is to have no snapshot is as good as kept. */
async function isKept(client: RDSClient, snapshot: string | null, limit: AbortSignal): Promise<boolean> {
  return snapshot === null || (await describeDbSnapshot(client, snapshot, limit))?.status === 'available';
}
