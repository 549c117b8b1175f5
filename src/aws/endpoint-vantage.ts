import { randomUUID } from 'node:crypto';
import type { LookupFunction } from 'node:net';
import { type Site, sites } from '../api/site.ts';
import type { Clock } from '../failover/clock.ts';
import type { Observation, ReplicationLook } from '../failover/observation.ts';
import type { Vantage } from '../failover/ports.ts';
import { httpStatus, isSuccess } from './http-status.ts';
import { reasonOf } from './reason-of.ts';
import type { LagDatapoint } from './replication-lag.ts';
import type { SiteEndpoints } from './site-endpoint.ts';
import { type Answer, SiteSight } from './site-sight.ts';

export interface EndpointVantageOptions {
  /** As in the plan's `detection.vantages`. */
  readonly name: string;
  readonly domain: string;
  readonly clock: Clock;
  readonly endpoints: SiteEndpoints;
  readonly lookup: LookupFunction;
  /** The longest that one look may take, milliseconds; shorter than the interval between looks. */
  readonly timeoutMs: number;
  /** The longest time between two looks that still counts as looking, milliseconds. */
  readonly maxGapMs: number;
  /** Which site serves and writes, as far as this actor knows. */
  readonly active: () => Site;
  /** Replication towards the site that is not active; `null` if nobody knows. */
  readonly lag: (active: Site, limit: AbortSignal) => Promise<LagDatapoint | null>;
}

/**
 * Looks at both sites' own health URLs, the way a load balancer does: 2xx is healthy, any other answer unhealthy, no
 * answer unreachable. A site whose URL is not known yet is not looked at, rather than called unreachable.
 *
 * Lag counts only from looks that see the active site healthy: RDS's `ReplicaLag` grows by itself once the source is
 * silent, and would say how long the outage is instead of what it costs.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PostgreSQL.Replication.ReadReplicas.Monitor.html
 */
export class EndpointVantage implements Vantage {
  readonly #options: EndpointVantageOptions;
  readonly #session = randomUUID();
  readonly #sights: Readonly<Record<Site, SiteSight>>;
  #sequence = 0;
  #replication: { readonly lagSeconds: number; readonly atMonotonicMs: number } | null = null;

  constructor(options: EndpointVantageOptions) {
    this.#options = options;
    const sight = (): SiteSight => new SiteSight(options.clock, options.maxGapMs);
    this.#sights = { primary: sight(), secondary: sight() };
  }

  async look(): Promise<Observation> {
    const { name, domain, active, lag, timeoutMs } = this.#options;
    const limit = afterIo(timeoutMs);
    const activeSite = active();
    const [[primary, secondary], measured] = await Promise.all([
      Promise.all(sites.map((site) => this.#sights[site].look(() => this.#probe(site, limit)))),
      lag(activeSite, limit).catch(() => null),
    ]);
    if (primary === undefined || secondary === undefined) throw new Error('a site was not looked at');

    const looks = { primary, secondary };
    if (looks[activeSite].answer === 'healthy' && measured !== null) {
      const atMonotonicMs = this.#monotonicMs() - measured.ageMs;
      this.#replication = { lagSeconds: measured.lagSeconds, atMonotonicMs };
    }
    const sequence = this.#sequence;
    this.#sequence += 1;
    return {
      vantage: name,
      domain,
      session: this.#session,
      sequence,
      sites: looks,
      replication: this.#replicationLook(),
    };
  }

  async glance(site: Site): Promise<boolean> {
    const { answer } = await this.#probe(site, AbortSignal.timeout(this.#options.timeoutMs));
    return answer === 'healthy' || answer === 'notLooked';
  }

  async #probe(site: Site, limit: AbortSignal): Promise<Answer> {
    let url: URL;
    try {
      url = await this.#options.endpoints.healthUrl(site, limit);
    } catch (error) {
      return { answer: 'notLooked', detail: `its endpoint is not known: ${reasonOf(error)}` };
    }
    try {
      const status = await httpStatus(url, this.#options.lookup, limit);
      return { answer: isSuccess(status) ? 'healthy' : 'unhealthy', detail: `GET ${url.href}: ${status}` };
    } catch (error) {
      return { answer: 'unreachable', detail: `GET ${url.href}: ${reasonOf(error)}` };
    }
  }

  #replicationLook(): ReplicationLook | null {
    if (this.#replication === null) return null;
    const { lagSeconds, atMonotonicMs } = this.#replication;
    return { lagSeconds, ageMs: this.#monotonicMs() - atMonotonicMs };
  }

  #monotonicMs(): number {
    return this.#options.clock.now().monotonicMs;
  }
}

/**
 * As `AbortSignal.timeout`, but what has arrived by then is read first: a process that was busy when the time was up
 * would otherwise take its own lateness for a site's silence.
 *
 * @see https://nodejs.org/en/learn/asynchronous-work/event-loop-timers-and-nexttick for timers, poll and check
 */
function afterIo(ms: number): AbortSignal {
  const over = new AbortController();
  setTimeout(() => setImmediate(() => over.abort()), ms).unref();
  return over.signal;
}
