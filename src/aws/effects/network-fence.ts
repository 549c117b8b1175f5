import type { Site } from '../../api/site.ts';
import { openKey, switchObjectBody } from '../../api/switch-objects.ts';
import type { EffectOf, Look } from '../../failover/effect.ts';
import { PortError } from '../../failover/port-error.ts';
import type { EffectHandler } from '../../failover/ports.ts';
import { addFence, type Fence, type FenceState, readFence, removeFence } from '../network-acl.ts';
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

/** Cuts a former active's application from its database by deny entries in a network ACL. */
export class NetworkFence implements EffectHandler<'fence-database'> {
  readonly #context: EffectContext;

  constructor(context: EffectContext) {
    this.#context = context;
  }

  async check({ site }: EffectOf<'fence-database'>): Promise<Look> {
    const state = await readSiteFence(this.#context, site, this.#context.fenceLimit());
    if (state === null) return { state: 'NotYet', detail: `the plan names no spec.sites.${site}.fencing` };
    const { aclId, missing } = state;
    return missing.length === 0
      ? { state: 'Done', detail: `${aclId} denies the application the database` }
      : { state: 'NotDone', detail: `${missing.length} deny entries are missing in ${aclId}` };
  }

  async perform({ site }: EffectOf<'fence-database'>): Promise<void> {
    const limit = this.#context.fenceLimit();
    const fence = fenceOf(this.#context, site);
    if (fence === null) throw new PortError('Refused', 'NoFencing', `the plan names no spec.sites.${site}.fencing`);
    const client = this.#context.clients.ec2(this.#context.region(site));
    await addFence(client, fence, await readFence(client, fence, limit), limit);
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
