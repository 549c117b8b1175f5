import { openKey } from '../../api/switch-objects.ts';
import type { EffectOf, Look } from '../../failover/effect.ts';
import type { EffectHandler } from '../../failover/ports.ts';
import { type DatabaseTarget, inSession, sqlStateOf } from '../database-session.ts';
import { reasonOf } from '../reason-of.ts';
import type { DatabaseAccess } from './database-access.ts';
import type { EffectContext } from './effect-context.ts';
import { readSiteFence } from './network-fence.ts';

/**
 * Sees that no write reaches a former active's database. All of it must be seen at once: the deny entries read back, the
 * entitlement to traffic gone, and no way in by the endpoint that the application uses.
 *
 * The attempt writes nothing, since a write that got through would be one more that the new active does not have: that
 * the server answers at all is the failure.
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
    return reach(target, fence.aclId);
  }
}

async function reach(target: DatabaseTarget, aclId: string): Promise<Look> {
  const where = `${target.host}:${target.port}`;
  try {
    await inSession(target, (session) => session.query('select 1'));
    return { state: 'NotDone', detail: `${where} still answers, although ${aclId} denies it` };
  } catch (error) {
    const reason = reasonOf(error);
    if (sqlStateOf(error) !== null) return { state: 'NotDone', detail: `${where} still answers: ${reason}` };
    // A name that nobody could resolve was never tried.
    if (isNameFailure(error)) return { state: 'CannotTell', detail: `${where}: ${reason}` };
    return { state: 'Done', detail: `${aclId} denies the database, and ${where} does not answer: ${reason}` };
  }
}

function isNameFailure(error: unknown): boolean {
  const syscall = typeof error === 'object' && error !== null && 'syscall' in error ? String(error.syscall) : '';
  return syscall.startsWith('query') || syscall === 'getaddrinfo';
}
