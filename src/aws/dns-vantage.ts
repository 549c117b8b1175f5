import { randomUUID } from 'node:crypto';
import { otherSite, type Site } from '../api/site.ts';
import type { Clock } from '../failover/clock.ts';
import type { Observation } from '../failover/observation.ts';
import type { Vantage } from '../failover/ports.ts';
import { reasonOf } from './reason-of.ts';
import type { NameResolver } from './resolver.ts';
import { type Answer, SiteSight } from './site-sight.ts';

export interface DnsVantageOptions {
  /** As in the plan's `detection.vantages`. */
  readonly name: string;
  readonly domain: string;
  /** The plan's `dns.healthName`. */
  readonly healthName: string;
  readonly clock: Clock;
  readonly resolver: Pick<NameResolver, 'texts'>;
  /** The tolerance window, milliseconds. */
  readonly windowMs: number;
  /** The longest time between two looks that still counts as looking, milliseconds. */
  readonly maxGapMs: number;
  /** Which site serves and writes, as far as this actor knows. */
  readonly active: () => Site;
}

/**
 * Route 53's own checkers, read as the TXT record that they switch between `up` and `down`: a vote from all over the
 * world by plain DNS, with no call to a control plane. It speaks of the active site alone.
 *
 * `down` is the checkers' verdict after interval × threshold without a success, so the time without success begins at
 * the whole window. No answer is no vote: the DNS server or the way to it may be what failed.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
 */
export class DnsVantage implements Vantage {
  readonly #options: DnsVantageOptions;
  readonly #session = randomUUID();
  #sight: { readonly site: Site; readonly sight: SiteSight } | null = null;
  #sequence = 0;

  constructor(options: DnsVantageOptions) {
    this.#options = options;
  }

  async look(): Promise<Observation> {
    const { name, domain, healthName, windowMs, active } = this.#options;
    const site = active();
    const seen = await this.#sightOf(site).look(() => this.#ask());
    const other = {
      answer: 'notLooked',
      withoutSuccessMs: 0,
      detail: `${healthName} speaks of the active site`,
    } as const;
    const look = seen.answer === 'unhealthy' ? { ...seen, withoutSuccessMs: windowMs + seen.withoutSuccessMs } : seen;
    const sequence = this.#sequence;
    this.#sequence += 1;
    return {
      vantage: name,
      domain,
      session: this.#session,
      sequence,
      sites:
        otherSite(site) === 'secondary' ? { primary: look, secondary: other } : { primary: other, secondary: look },
      replication: null,
    };
  }

  async #ask(): Promise<Answer> {
    const { healthName, resolver } = this.#options;
    let texts: string[];
    try {
      texts = await resolver.texts(healthName);
    } catch (error) {
      return { answer: 'unreachable', detail: `TXT ${healthName}: ${reasonOf(error)}` };
    }
    const detail = `TXT ${healthName}: ${texts.join(', ')}`;
    if (texts.length === 1 && texts[0] === 'up') return { answer: 'healthy', detail };
    if (texts.length === 1 && texts[0] === 'down') return { answer: 'unhealthy', detail };
    return { answer: 'unreachable', detail: `${detail}, which is neither up nor down` };
  }

  /** A change of the active site begins a new history: the record now speaks of another endpoint. */
  #sightOf(site: Site): SiteSight {
    if (this.#sight?.site !== site) {
      this.#sight = { site, sight: new SiteSight(this.#options.clock, this.#options.maxGapMs) };
    }
    return this.#sight.sight;
  }
}
