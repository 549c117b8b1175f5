import type { Site } from '../../api/site.ts';
import { openKey, switchObjectBody } from '../../api/switch-objects.ts';
import type { EffectOf, Look } from '../../failover/effect.ts';
import { PortError } from '../../failover/port-error.ts';
import type { EffectHandler } from '../../failover/ports.ts';
import { countClientSessions, endClientSessions } from '../client-sessions.ts';
import { inSession, type Session } from '../database-session.ts';
import { addFence, type Fence, type FenceState, readFence, removeFence } from '../network-acl.ts';
import type { DatabaseAccess } from './database-access.ts';
import type { EffectContext } from './effect-context.ts';

/** The fence that the plan describes for a site; `null` if it describes none. */
function fenceOf(context: EffectContext, site: Site): Fence | null {
  const { fencing, database } = context.plan.sites[site];
  return fencing === undefined ? null : { ...fencing, databasePort: database.port };
}

/** Reads a site's fence back; `null` if the plan describes none. @throws PortError */
export async function readSiteFence(
  context: EffectContext,
  site: Site,
  limit: AbortSignal,
): Promise<FenceState | null> {
  const fence = fenceOf(context, site);
  return fence === null ? null : readFence(context.clients.ec2(context.region(site)), fence, limit);
}

/**
 * Cuts a former active's application from its database by deny entries in a network ACL, and ends the sessions that are
 * left: a deny drops packets and tells nobody, so the database would keep them for as long as its TCP keepalives do.
 *
 * The entries are the fence. Ending sessions is an extra that must not cost it anything: where the database does not
 * answer, the entries alone are Done.
 */
export class NetworkFence implements EffectHandler<'fence-database'> {
  readonly #context: EffectContext;
  readonly #access: DatabaseAccess;
  readonly #databaseOf: (site: Site) => string;

  /** @param databaseOf the instance that the site had when it was active last. */
  constructor(context: EffectContext, access: DatabaseAccess, databaseOf: (site: Site) => string) {
    this.#context = context;
    this.#access = access;
    this.#databaseOf = databaseOf;
  }

  async check({ site }: EffectOf<'fence-database'>): Promise<Look> {
    const state = await readSiteFence(this.#context, site, this.#context.fenceLimit());
    if (state === null) return { state: 'NotYet', detail: `the plan names no spec.sites.${site}.fencing` };
    const { aclId, missing } = state;
    if (missing.length > 0) {
      return { state: 'NotDone', detail: `${missing.length} deny entries are missing in ${aclId}` };
    }
    const sessions = await this.#inDatabase(site, countClientSessions);
    return sessions?.seen && sessions.count > 0
      ? {
          state: 'NotDone',
          detail: `${aclId} denies the application the database, but ${sessions.count} sessions stay`,
        }
      : { state: 'Done', detail: `${aclId} denies the application the database` };
  }

  async perform({ site }: EffectOf<'fence-database'>): Promise<void> {
    const limit = this.#context.fenceLimit();
    const fence = fenceOf(this.#context, site);
    if (fence === null) throw new PortError('Refused', 'NoFencing', `the plan names no spec.sites.${site}.fencing`);
    const client = this.#context.clients.ec2(this.#context.region(site));
    await addFence(client, fence, await readFence(client, fence, limit), limit);
    await this.#inDatabase(site, endClientSessions);
  }

  /** `null` where the database cannot be asked, whatever the reason. */
  async #inDatabase<Result>(site: Site, work: (session: Session) => Promise<Result>): Promise<Result | null> {
    // Connecting and asking together stay within the time for fencing.
    const timeoutMs = this.#context.timing.fenceMs / 2;
    try {
      const target = await this.#access.targetOf(site, this.#databaseOf(site), timeoutMs);
      return target === null ? null : await inSession(target, work);
    } catch {
      return null;
    }
  }
}

/**
 * Gives a site back what `close-traffic` and `fence-database` took: first its database, then its traffic, so that no
 * client is sent to an application that cannot write.
 */
export class Unfence implements EffectHandler<'unfence'> {
  readonly #context: EffectContext;

  constructor(context: EffectContext) {
    this.#context = context;
  }

  async check({ site, activationTerm }: EffectOf<'unfence'>): Promise<Look> {
    const limit = this.#context.callLimit();
    const bucket = this.#context.switchBucket(site);
    const [state, open] = await Promise.all([
      readSiteFence(this.#context, site, limit),
      bucket.read(openKey(activationTerm), limit),
    ]);
    const denied = state?.present.length ?? 0;
    if (denied > 0) return { state: 'NotDone', detail: `${denied} deny entries still stand in ${state?.aclId}` };
    return open === this.#openBody(activationTerm)
      ? { state: 'Done', detail: `${site} has its database and its traffic back` }
      : { state: 'NotDone', detail: `${bucket}/${openKey(activationTerm)} is not back yet` };
  }

  async perform({ site, activationTerm }: EffectOf<'unfence'>): Promise<void> {
    const limit = this.#context.callLimit();
    const state = await readSiteFence(this.#context, site, limit);
    if (state !== null) await removeFence(this.#context.clients.ec2(this.#context.region(site)), state, limit);
    const bucket = this.#context.switchBucket(site);
    await bucket.write(openKey(activationTerm), this.#openBody(activationTerm), limit);
  }

  #openBody(activationTerm: number): string {
    return switchObjectBody(this.#context.plan.name, activationTerm);
  }
}
