import { otherSite, type Site, sites } from '../api/site.ts';
import type { SiteState } from './site-state.ts';

/** What the switch goes by. */
export interface SwitchView {
  readonly sites: Readonly<Record<Site, SiteState>>;
  /** Terms of the takeover markers in the witness region. */
  readonly witness: ReadonlySet<number>;
  readonly isDark: (site: Site) => boolean;
}

/**
 * Route 53 between the two sites: health checks look for markers of one term, records follow the checks, and clients
 * keep an answer for as long as its TTL. Nothing here is ever called on a failover's path.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-configuring.html
 */
export class TrafficSwitch {
  /** The site that the checks in place take for the active one, and the term of its markers. */
  active: Site = 'primary';
  term = 1;
  leadsTo: Site = 'primary';
  readonly #cachedUntilMs = { primary: 0, secondary: 0 };
  readonly #ttlMs: number;

  constructor(ttlMs: number) {
    this.#ttlMs = ttlMs;
  }

  /** The checks have seen what there is to see. */
  settle(view: SwitchView, nowMs: number): void {
    const next = this.answer(view);
    if (next === this.leadsTo) return;
    this.#cachedUntilMs[this.leadsTo] = nowMs + this.#ttlMs;
    this.leadsTo = next;
  }

  /** Where the name leads when every check has settled. With neither site healthy Route 53 answers the first one. */
  answer({ sites: states, witness, isDark }: SwitchView): Site {
    const standby = otherSite(this.active);
    const next = this.term + 1;
    const taken = witness.has(next) || (!isDark(standby) && states[standby].takeover.has(next));
    const open = !isDark(this.active) && states[this.active].open.has(this.term) && !taken;
    const isHealthy = (site: Site): boolean => (site === this.active ? open : taken);
    return sites.find(isHealthy) ?? 'primary';
  }

  /** Some client may still be led there, by an answer that is not too old. */
  reaches(site: Site, nowMs: number): boolean {
    return site === this.leadsTo || nowMs < this.#cachedUntilMs[site];
  }
}
