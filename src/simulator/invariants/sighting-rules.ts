import { otherSite, type Site } from '../../api/site.ts';
import { type Plan, regionOf } from '../../failover/plan.ts';
import type { Sky } from '../watchtower.ts';
import type { Breaches } from './breaches.ts';

/** So many looks of a vantage are remembered: by far more than lie within any decision's age. */
const keptLooks = 200;

interface Seen {
  readonly domain: string;
  bornMs: number;
  latestMs: number;
  isBlind: boolean;
  readonly successMs: { primary: number; secondary: number };
  /** When it saw the active of then healthy, from outside the standby's region, so that it could be known. */
  readonly activeMs: number[];
}

/**
 * Invariant 10, by what vantages really saw: a false alarm never promotes. Kept apart from the engine's own
 * observations, so that a defect in those shows here.
 */
export class SightingRules {
  readonly #plan: Plan;
  readonly #breaches: Breaches;
  readonly #nowMs: () => number;
  readonly #active: () => Site;
  readonly #seen = new Map<string, Seen>();
  /** When enough domains last saw the active down, by the rules of the vote. */
  #enoughMs = Number.NEGATIVE_INFINITY;

  constructor(plan: Plan, breaches: Breaches, nowMs: () => number, active: () => Site) {
    this.#plan = plan;
    this.#breaches = breaches;
    this.#nowMs = nowMs;
    this.#active = active;
  }

  /** A vantage has looked, and every actor can know what it saw. */
  looked(vantage: { readonly name: string; readonly domain: string }, sky: Sky): void {
    const nowMs = this.#nowMs();
    const active = this.#active();
    const seen = this.#of(vantage, nowMs);
    seen.latestMs = nowMs;
    seen.isBlind = !answers(sky.primary) && !answers(sky.secondary);
    if (sky.primary === 'healthy') seen.successMs.primary = nowMs;
    if (sky.secondary === 'healthy') seen.successMs.secondary = nowMs;
    const isOutside = vantage.domain !== regionOf(this.#plan, otherSite(active));
    if (sky[active] === 'healthy' && isOutside) {
      seen.activeMs.push(nowMs);
      if (seen.activeMs.length > 2 * keptLooks) seen.activeMs.splice(0, keptLooks);
    } else if (sky[active] !== 'healthy' && this.#areEnough(active, nowMs)) this.#enoughMs = nowMs;
  }

  #of({ name, domain }: { readonly name: string; readonly domain: string }, nowMs: number): Seen {
    const known = this.#seen.get(name);
    if (known !== undefined) return known;
    const fresh = {
      domain,
      bornMs: nowMs,
      latestMs: nowMs,
      isBlind: false,
      successMs: { primary: nowMs, secondary: nowMs },
      activeMs: [],
    };
    this.#seen.set(name, fresh);
    return fresh;
  }

  /** Two domains at least, one of them outside the standby's region, that see something and not the active. */
  #areEnough(active: Site, nowMs: number): boolean {
    const { windowMs, intervalMs } = this.#plan;
    const standbyRegion = regionOf(this.#plan, otherSite(active));
    const domains = new Set<string>();
    for (const { domain, latestMs, isBlind, successMs } of this.#seen.values()) {
      const isHeard = nowMs - latestMs <= Math.max(windowMs, intervalMs * 1.5);
      if (isHeard && !isBlind && latestMs - successMs[active] >= windowMs - intervalMs) domains.add(domain);
    }
    if (this.#plan.singleDomain === 'Act') return domains.size > 0;
    return domains.size >= 2 && [...domains].some((domain) => domain !== standbyRegion);
  }

  /** Every vantage sees something, and none of them the active, for the whole window and a moment more. */
  doAllSeeItDown(): boolean {
    const nowMs = this.#nowMs();
    const active = this.#active();
    if (this.#seen.size < this.#plan.vantages.length) return false;
    for (const { latestMs, isBlind, successMs } of this.#seen.values()) {
      const isFresh = nowMs - latestMs <= 2_000 && !isBlind;
      if (!isFresh || latestMs - successMs[active] < this.#plan.windowMs + 2_000) return false;
    }
    return true;
  }

  enoughSawItDown(momentMs: number, knownAfterMs: number): void {
    const agoMs = momentMs - this.#enoughMs;
    this.#breaches.must(10, agoMs <= knownAfterMs, () => 'the active was called down by fewer than two domains');
  }

  /** No success lies within the window that could be known at the moment. */
  nobodySawItSince(momentMs: number, knownAfterMs: number, what: string): void {
    for (const [vantage, { activeMs }] of this.#seen) {
      const isKnown = activeMs.some((atMs) => {
        const agoMs = momentMs - atMs;
        return agoMs > knownAfterMs && agoMs < this.#plan.windowMs * 0.97 - 100;
      });
      this.#breaches.must(10, !isKnown, () => `${vantage} saw the active healthy shortly before ${what}`);
    }
  }
}

function answers(answer: Sky['primary']): boolean {
  return answer === 'healthy' || answer === 'unhealthy';
}
