import type { Site } from '../../api/site.ts';
import { switchObjectBody, takeoverKey } from '../../api/switch-objects.ts';
import type { Look } from '../../failover/effect.ts';
import type { EffectHandler } from '../../failover/ports.ts';
import type { SwitchBucket } from '../switch-bucket.ts';
import type { EffectContext } from './effect-context.ts';

/** What either effect says: who takes over, in which activation term. */
interface Takeover {
  readonly site: Site;
  readonly activationTerm: number;
}

/**
 * The takeover marker in one bucket. Putting the same object twice comes to the same; the data plane of one live region
 * is all it needs.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 */
class TakeoverMarker {
  readonly #context: EffectContext;
  readonly #bucketOf: (site: Site) => SwitchBucket | null;

  /** @param bucketOf `null` where the plan has no such bucket. */
  constructor(context: EffectContext, bucketOf: (site: Site) => SwitchBucket | null) {
    this.#context = context;
    this.#bucketOf = bucketOf;
  }

  async check({ site, activationTerm }: Takeover): Promise<Look> {
    const bucket = this.#bucketOf(site);
    if (bucket === null) return { state: 'Done', detail: 'the plan has no witness' };
    const key = takeoverKey(activationTerm);
    const body = await bucket.read(key, this.#context.callLimit());
    if (body === null) return { state: 'NotDone', detail: `${bucket}/${key} is not there yet` };
    return body === switchObjectBody(this.#context.plan.name, activationTerm)
      ? { state: 'Done', detail: `${bucket}/${key} gives ${site} the traffic` }
      : { state: 'NotDone', detail: `${bucket}/${key} has another content than the health checks look for` };
  }

  async perform({ site, activationTerm }: Takeover): Promise<void> {
    const body = switchObjectBody(this.#context.plan.name, activationTerm);
    await this.#bucketOf(site)?.write(takeoverKey(activationTerm), body, this.#context.callLimit());
  }
}

/** Puts `takeover/<term>` into the site's own switch bucket. */
export function openTraffic(context: EffectContext): EffectHandler<'open-traffic'> {
  return new TakeoverMarker(context, (site) => context.switchBucket(site));
}

/** Puts `takeover/<term>` into the witness region's bucket. */
export function markWitness(context: EffectContext): EffectHandler<'mark-witness'> {
  return new TakeoverMarker(context, () => context.witnessBucket());
}
