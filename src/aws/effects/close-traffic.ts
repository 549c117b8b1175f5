import { openKey } from '../../api/switch-objects.ts';
import type { EffectOf, Look } from '../../failover/effect.ts';
import type { EffectHandler } from '../../failover/ports.ts';
import type { EffectContext } from './effect-context.ts';

/**
 * Takes a site's entitlement to traffic away by deleting `open/<term>`: Route 53's check of that object fails from the
 * next request on, and nothing but an operation puts it back.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html
 */
export class CloseTraffic implements EffectHandler<'close-traffic'> {
  readonly #context: EffectContext;

  constructor(context: EffectContext) {
    this.#context = context;
  }

  async check({ site, activationTerm }: EffectOf<'close-traffic'>): Promise<Look> {
    const bucket = this.#context.switchBucket(site);
    const key = openKey(activationTerm);
    const body = await bucket.read(key, this.#context.fenceLimit());
    return body === null
      ? { state: 'Done', detail: `${bucket}/${key} is gone` }
      : { state: 'NotDone', detail: `${bucket}/${key} still entitles ${site} to traffic` };
  }

  async perform({ site, activationTerm }: EffectOf<'close-traffic'>): Promise<void> {
    await this.#context.switchBucket(site).delete(openKey(activationTerm), this.#context.fenceLimit());
  }
}
