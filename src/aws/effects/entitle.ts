import { openKey, switchObjectBody } from '../../api/switch-objects.ts';
import type { EffectOf, Look } from '../../failover/effect.ts';
import type { EffectHandler } from '../../failover/ports.ts';
import type { EffectContext } from './effect-context.ts';

/**
 * Entitles a site to traffic by `open/<term>` in its switch bucket, which no manifest holds: no re-apply can bring it
 * back once fencing has deleted it.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 */
export class Entitle implements EffectHandler<'entitle'> {
  readonly #context: EffectContext;

  constructor(context: EffectContext) {
    this.#context = context;
  }

  async check({ site, activationTerm }: EffectOf<'entitle'>): Promise<Look> {
    const bucket = this.#context.switchBucket(site);
    const key = openKey(activationTerm);
    const body = await bucket.read(key, this.#context.callLimit());
    return body === switchObjectBody(this.#context.plan.name, activationTerm)
      ? { state: 'Done', detail: `${bucket}/${key} entitles ${site} to traffic` }
      : { state: 'NotDone', detail: `${bucket}/${key} is not there yet` };
  }

  async perform({ site, activationTerm }: EffectOf<'entitle'>): Promise<void> {
    const body = switchObjectBody(this.#context.plan.name, activationTerm);
    await this.#context.switchBucket(site).write(openKey(activationTerm), body, this.#context.callLimit());
  }
}
