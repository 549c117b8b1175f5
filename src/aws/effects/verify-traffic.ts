import type { EffectOf, Look } from '../../failover/effect.ts';
import type { EffectHandler } from '../../failover/ports.ts';
import { httpStatus, isSuccess } from '../http-status.ts';
import { reasonOf } from '../reason-of.ts';
import type { NameResolver } from '../resolver.ts';
import type { SiteEndpoints } from '../site-endpoint.ts';
import type { EffectContext } from './effect-context.ts';

/**
 * Sees what a client sees: the application's name leads where the site's own name leads, and the health path answers by
 * it. A load balancer's name gives some of its addresses in any order, so one that both share is enough.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
 */
export class VerifyTraffic implements EffectHandler<'verify-traffic'> {
  readonly #context: EffectContext;
  readonly #endpoints: SiteEndpoints;
  readonly #resolver: NameResolver;

  constructor(context: EffectContext, endpoints: SiteEndpoints, resolver: NameResolver) {
    this.#context = context;
    this.#endpoints = endpoints;
    this.#resolver = resolver;
  }

  async check({ site }: EffectOf<'verify-traffic'>): Promise<Look> {
    const { dns } = this.#context.plan;
    if (dns === undefined) return { state: 'Done', detail: 'the plan names no DNS record' };
    const limit = this.#context.callLimit();
    const url = new URL(await this.#endpoints.healthUrl(site, limit));
    const siteName = url.hostname;
    url.hostname = dns.name;
    try {
      const [here, there] = await Promise.all([this.#resolver.addresses(dns.name), this.#resolver.addresses(siteName)]);
      if (!here.some((address) => there.includes(address))) {
        const detail = `${dns.name} leads to ${here.join(', ')}, ${siteName} to ${there.join(', ')}`;
        return { state: 'NotYet', detail };
      }
      const status = await httpStatus(url, this.#resolver.lookup, limit);
      const detail = `${dns.name} leads to ${site}, GET ${url.href}: ${status}`;
      return { state: isSuccess(status) ? 'Done' : 'NotYet', detail };
    } catch (error) {
      return { state: 'CannotTell', detail: `${dns.name}: ${reasonOf(error)}` };
    }
  }
}
