import { PromoteReadReplicaCommand } from '@aws-sdk/client-rds';
import type { EffectOf, Look } from '../../failover/effect.ts';
import type { EffectHandler } from '../../failover/ports.ts';
import { mutatingCall } from '../bounded-call.ts';
import { type DbInstance, describeDbInstance } from '../db-instance.ts';
import type { EffectContext } from './effect-context.ts';

/**
 * Promotes an RDS read replica. RDS stops replication, reboots the instance, and shows it as available when it stands
 * for itself; PromoteReadReplica takes no token, so the same call made twice is told apart by looking alone.
 *
 * The replica's own backup retention is passed on: left out, it would become one day, whatever it was. A replica
 * without backups is left to that default, because a database without backups can never be a source again.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_PromoteReadReplica.html
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.Promote.html
 */
export class PromoteReplica implements EffectHandler<'promote'> {
  readonly #context: EffectContext;
  /** As of the latest check, which comes before every call. */
  readonly #backupRetentionDays = new Map<string, number>();

  constructor(context: EffectContext) {
    this.#context = context;
  }

  async check({ site, database }: EffectOf<'promote'>): Promise<Look> {
    const region = this.#context.region(site);
    const client = this.#context.clients.rds(region);
    const instance = await describeDbInstance(client, database, this.#context.callLimit());
    if (instance === null) return { state: 'NotYet', detail: `RDS has no instance ${database} in ${region}` };
    this.#backupRetentionDays.set(database, instance.backupRetentionDays);
    return promotionLook(database, instance);
  }

  async perform({ site, database }: EffectOf<'promote'>): Promise<void> {
    const days = this.#backupRetentionDays.get(database) ?? 0;
    const command = new PromoteReadReplicaCommand({
      DBInstanceIdentifier: database,
      ...(days > 0 ? { BackupRetentionPeriod: days } : {}),
    });
    const client = this.#context.clients.rds(this.#context.region(site));
    await mutatingCall(this.#context.callLimit(), (options) => client.send(command, options));
  }
}

/**
 * How far a promotion is, by what DescribeDBInstances shows.
 *
 * While an instance still names its source, `modifying` and `rebooting` are what a promotion goes through and what any
 * other change goes through as well. Replication tells them apart: an instance that RDS shows no state of replication
 * for is no replica any more. Where that does not decide, the answer is to look again, never to call.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html for the states
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstanceStatusInfo.html
 */
export function promotionLook(
  database: string,
  instance: Pick<DbInstance, 'status' | 'source' | 'showsReplication'>,
): Look {
  const { status, source, showsReplication } = instance;
  if (source === null) {
    return status === 'available'
      ? { state: 'Done', detail: `${database} is a database of its own, and available` }
      : { state: 'Called', detail: `${database} is a replica no longer, and ${status}` };
  }
  if (status === 'available') return { state: 'NotDone', detail: `${database} is a replica of ${source}` };
  if (!showsReplication && statesOfPromotion.has(status)) {
    return { state: 'Called', detail: `${database} has left replication and is ${status}` };
  }
  return { state: 'NotYet', detail: `${database} is a replica of ${source} and ${status}` };
}

const statesOfPromotion: ReadonlySet<string> = new Set(['modifying', 'rebooting']);
