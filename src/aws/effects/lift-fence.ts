import type { EffectOf, Look } from '../../failover/effect.ts';
import type { EffectHandler } from '../../failover/ports.ts';
import { removeFence } from '../network-acl.ts';
import type { EffectContext } from './effect-context.ts';
import { readSiteFence } from './network-fence.ts';

/** Takes a fence's deny entries out of the network ACL, and touches nothing else: no traffic comes back by it. */
export class LiftFence implements EffectHandler<'lift-fence'> {
  readonly #context: EffectContext;

  constructor(context: EffectContext) {
    this.#context = context;
  }

  async check({ site }: EffectOf<'lift-fence'>): Promise<Look> {
    const state = await readSiteFence(this.#context, site, this.#context.callLimit());
    if (state === null) return { state: 'Done', detail: `the plan names no spec.sites.${site}.fencing` };
    const { aclId, present } = state;
    return present.length === 0
      ? { state: 'Done', detail: `${aclId} denies nobody the database` }
      : { state: 'NotDone', detail: `${present.length} deny entries still stand in ${aclId}` };
  }

  async perform({ site }: EffectOf<'lift-fence'>): Promise<void> {
    const limit = this.#context.callLimit();
    const state = await readSiteFence(this.#context, site, limit);
    if (state !== null) await removeFence(this.#context.clients.ec2(this.#context.region(site)), state, limit);
  }
}
