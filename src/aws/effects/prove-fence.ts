import { openKey } from '../../api/switch-objects.ts';
import type { EffectOf, Look } from '../../failover/effect.ts';
import type { EffectHandler } from '../../failover/ports.ts';
import { countClientSessions } from '../client-sessions.ts';
import { type DatabaseTarget, inSession } from '../database-session.ts';
import { reasonOf } from '../reason-of.ts';
import type { DatabaseAccess } from './database-access.ts';
import type { EffectContext } from './effect-context.ts';
import { readSiteFence } from './network-fence.ts';

/**
 * Sees that no write reaches a former active's database. All of it must be seen at once: the deny entries read back, the
 * entitlement to traffic gone, and in the database itself no session but Understudy's and RDS's.
 *
 * Understudy's own way in is not the application's, so that it is open or closed proves nothing; what it shows does.
 * `docs/adr/0013-what-fencing-proves.md` says what this leaves open.
 */
export class ProveFence implements EffectHandler<'prove-fence'> {
  readonly #context: EffectContext;
  readonly #access: DatabaseAccess;

  constructor(context: EffectContext, access: DatabaseAccess) {
    this.#context = context;
    this.#access = access;
  }

  async check({ site, database, activationTerm }: EffectOf<'prove-fence'>): Promise<Look> {
    const limit = this.#context.callLimit();
    const bucket = this.#context.switchBucket(site);
    const [fence, open, target] = await Promise.all([
      readSiteFence(this.#context, site, limit),
      bucket.read(openKey(activationTerm), limit),
      this.#access.targetOf(site, database),
    ]);
    if (open !== null) return { state: 'NotDone', detail: `${bucket}/${openKey(activationTerm)} is still there` };
    if (fence === null) {
      return { state: 'CannotTell', detail: `the plan names no spec.sites.${site}.fencing: fence it by hand` };
    }
    if (fence.missing.length > 0) {
      return { state: 'NotDone', detail: `${fence.missing.length} deny entries are missing in ${fence.aclId}` };
    }
    if (target === null) {
      return {
        state: 'Done',
        detail: `${this.#access.describe(site, database)} is gone, and ${fence.aclId} denies it`,
      };
    }
    return whoIsIn(target, fence.aclId);
  }
}

async function whoIsIn(target: DatabaseTarget, aclId: string): Promise<Look> {
  const where = `${target.host}:${target.port}`;
  try {
    const sessions = await inSession(target, countClientSessions);
    if (!sessions.seen) {
      const detail = `${where}: ${target.credentials.user} may not see other sessions: grant it pg_read_all_stats`;
      return { state: 'CannotTell', detail };
    }
    if (sessions.count > 0) {
      const detail = `${where} has ${sessions.count} sessions of clients (${sessions.example}), although ${aclId} denies it`;
      return { state: 'NotDone', detail };
    }
    return { state: 'Done', detail: `${aclId} denies the application the database, and no client is connected` };
  } catch (error) {
    return { state: 'CannotTell', detail: `${where} does not say who is connected: ${reasonOf(error)}` };
  }
}
