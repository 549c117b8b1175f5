import { setTimeout as delay } from 'node:timers/promises';
import type { EffectOf, Look } from '../../failover/effect.ts';
import type { EffectHandler } from '../../failover/ports.ts';
import { type DatabaseTarget, inSession } from '../database-session.ts';
import { reasonOf } from '../reason-of.ts';
import { lastPosition, replayState } from '../replication-position.ts';
import type { DatabaseAccess } from './database-access.ts';
import type { EffectContext } from './effect-context.ts';

const lookEveryMs = 5;

/**
 * Sees that a replica has replayed all that its fenced source ever wrote: the last thing before a switchover's point of
 * no return, while nobody can write anywhere. So both sessions open at once, and the replica, which is some milliseconds
 * behind, is looked at again and again within one check.
 */
export class VerifyReplayed implements EffectHandler<'verify-replayed'> {
  readonly #context: EffectContext;
  readonly #access: DatabaseAccess;

  constructor(context: EffectContext, access: DatabaseAccess) {
    this.#context = context;
    this.#access = access;
  }

  async check({ site, database, source }: EffectOf<'verify-replayed'>): Promise<Look> {
    const timeoutMs = this.#context.timing.fenceMs;
    const [there, here] = await Promise.all([
      this.#access.targetOf(source.site, source.database, timeoutMs),
      this.#access.targetOf(site, database, timeoutMs),
    ]);
    const missing = there === null ? source : here === null ? { site, database } : null;
    if (there === null || here === null || missing !== null) {
      const what = this.#access.describe(missing?.site ?? site, missing?.database ?? database);
      return { state: 'NotYet', detail: `RDS shows no endpoint of ${what}` };
    }
    try {
      return await compare(there, here, timeoutMs);
    } catch (error) {
      return { state: 'CannotTell', detail: `the log positions cannot be compared: ${reasonOf(error)}` };
    }
  }
}

async function compare(there: DatabaseTarget, here: DatabaseTarget, limitMs: number): Promise<Look> {
  const last = inSession(there, lastPosition);
  // Awaited inside the other session, which may fail before it gets there.
  last.catch(() => undefined);
  return inSession(here, async (replica): Promise<Look> => {
    const position = await last;
    const startMs = performance.now();
    for (;;) {
      const { inRecovery, replayed, behindBytes } = await replayState(replica, position);
      if (!inRecovery) return { state: 'NotYet', detail: `${here.host} is no replica any more` };
      if (replayed)
        return { state: 'Done', detail: `${here.host} has replayed ${position}, the last of ${there.host}` };
      if (performance.now() - startMs > limitMs) {
        const detail = `${here.host} is ${behindBytes} bytes behind ${position}, the last of ${there.host}`;
        return { state: 'NotYet', detail };
      }
      await delay(lookEveryMs);
    }
  });
}
