import type { EffectOf, Look, SiteDatabase } from '../../failover/effect.ts';
import type { EffectHandler } from '../../failover/ports.ts';
import { type DatabaseTarget, inSession } from '../database-session.ts';
import { type DbInstance, describeDbInstance, isReplicaOf } from '../db-instance.ts';
import { reasonOf } from '../reason-of.ts';
import { currentPosition, replayState } from '../replication-position.ts';
import type { DatabaseAccess } from './database-access.ts';
import type { EffectContext } from './effect-context.ts';

/** As close as a replica has to follow to count as one, seconds. */
const closeSeconds = 5;

/**
 * Sees that a replica is available and follows its source closely: it has replayed where the source is just now, or its
 * last transaction is no older than {@link closeSeconds}. Both are asked, because the age of the last transaction grows
 * while a source is idle, and a busy one is never quite reached.
 */
export class VerifyReplica implements EffectHandler<'verify-replica'> {
  readonly #context: EffectContext;
  readonly #access: DatabaseAccess;

  constructor(context: EffectContext, access: DatabaseAccess) {
    this.#context = context;
    this.#access = access;
  }

  async check({ site, database, source }: EffectOf<'verify-replica'>): Promise<Look> {
    const [instance, original] = await Promise.all([this.#read({ site, database }), this.#read(source)]);
    if (instance === null) return { state: 'NotYet', detail: `RDS has no instance ${database}` };
    if (original === null) return { state: 'CannotTell', detail: `RDS has no instance ${source.database}` };
    if (!isReplicaOf(instance, original)) {
      return { state: 'NotYet', detail: `${database} is no replica of ${source.database}` };
    }
    if (instance.status !== 'available') return { state: 'NotYet', detail: `${database} is ${instance.status}` };
    const [here, there] = await Promise.all([
      this.#access.targetOf(site, database),
      this.#access.targetOf(source.site, source.database),
    ]);
    if (here === null || there === null) {
      return { state: 'NotYet', detail: `RDS shows no endpoint of ${here === null ? database : source.database}` };
    }
    try {
      return await compare(database, here, there);
    } catch (error) {
      return {
        state: 'CannotTell',
        detail: `${database} and ${source.database} cannot be compared: ${reasonOf(error)}`,
      };
    }
  }

  #read({ site, database }: SiteDatabase): Promise<DbInstance | null> {
    const client = this.#context.clients.rds(this.#context.region(site));
    return describeDbInstance(client, database, this.#context.callLimit());
  }
}

async function compare(database: string, here: DatabaseTarget, there: DatabaseTarget): Promise<Look> {
  const position = await inSession(there, currentPosition);
  const state = await inSession(here, (session) => replayState(session, position));
  if (!state.inRecovery) return { state: 'NotYet', detail: `${database} is no replica any more` };
  const lag = state.replayed ? 0 : state.lastReplayedSeconds;
  const detail = `${database} is ${state.behindBytes ?? 'unknown'} bytes and ${lag === null ? 'unknown' : lag.toFixed(1)} s behind`;
  return { state: lag !== null && lag <= closeSeconds ? 'Done' : 'NotYet', detail };
}
