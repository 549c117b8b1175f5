import { randomUUID } from 'node:crypto';
import { parseHealthText } from '../api/dns-names.ts';
import { type Site, sites } from '../api/site.ts';
import type { Clock } from '../failover/clock.ts';
import type { Observation, SiteLook } from '../failover/observation.ts';
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
  /** Region of each site, by which the record says whom it speaks of. */
  readonly regions: Readonly<Record<Site, string>>;
}

/**
 * Route 53's own checkers, read as the TXT record that they switch between `up` and `down`: a vote from all over the
 * world by plain DNS, with no call to a control plane. It speaks of one site, which it names, so that no answer is ever
 * taken for another site's: the record follows a failover only when the switch is re-pointed.
 *
 * `down` is the checkers' verdict after interval × threshold without a success, so the time without success begins at
 * the whole window. No answer is no vote: the DNS server or the way to it may be what failed.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
 */
export class DnsVantage implements Vantage {
  readonly #options: DnsVantageOptions;
  readonly #session = randomUUID();
  readonly #sights: Readonly<Record<Site, SiteSight>>;
  #sequence = 0;

  constructor(options: DnsVantageOptions) {
    this.#options = options;
    const sight = (): SiteSight => new SiteSight(options.clock, options.maxGapMs);
    this.#sights = { primary: sight(), secondary: sight() };
  }

  async look(): Promise<Observation> {
    const { name, domain } = this.#options;
    const heard = await this.#ask();
    const sequence = this.#sequence;
    this.#sequence += 1;
    return {
      vantage: name,
      domain,
      session: this.#session,
      sequence,
      sites: { primary: await this.#lookAt('primary', heard), secondary: await this.#lookAt('secondary', heard) },
      replication: null,
    };
  }

  async #lookAt(site: Site, { about, answer }: Heard): Promise<SiteLook> {
    const { healthName, windowMs } = this.#options;
    if (about !== null && about !== site) {
      return { answer: 'notLooked', withoutSuccessMs: 0, detail: `${healthName} speaks of the ${about}` };
    }
    const look = await this.#sights[site].look(async () => answer);
    // `up` says no more than that a success lies within the window.
    const { withoutSuccessMs, sinceSuccessMs } = look;
    return {
      ...look,
      withoutSuccessMs: look.answer === 'unhealthy' ? windowMs + withoutSuccessMs : withoutSuccessMs,
      ...(sinceSuccessMs === undefined ? {} : { sinceSuccessMs: windowMs + sinceSuccessMs }),
    };
  }

  async #ask(): Promise<Heard> {
    const { healthName, resolver, regions } = this.#options;
    let texts: string[];
    try {
      texts = await resolver.texts(healthName);
    } catch (error) {
      return { about: null, answer: { answer: 'unreachable', detail: `TXT ${healthName}: ${reasonOf(error)}` } };
    }
    const detail = `TXT ${healthName}: ${texts.join(', ')}`;
    const parsed = texts.length === 1 ? parseHealthText(texts[0] ?? '') : null;
    const about = sites.find((site) => regions[site] === parsed?.region);
    if (parsed === null || about === undefined) {
      return {
        about: null,
        answer: { answer: 'unreachable', detail: `${detail}, which is neither up nor down of a site` },
      };
    }
    return { about, answer: { answer: parsed.word === 'up' ? 'healthy' : 'unhealthy', detail } };
  }
}

/** What the record said, and of which site; `null`: of neither. */
interface Heard {
  readonly about: Site | null;
  readonly answer: Answer;
}
