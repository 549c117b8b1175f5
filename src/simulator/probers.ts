import { type Site, sites } from '../api/site.ts';
import type { HeartbeatLook, Observation, SiteLook } from '../failover/observation.ts';
import type { Sky } from './watchtower.ts';

/** What the probers look at and through. */
export interface ProberView {
  readonly nowMs: () => number;
  readonly sky: (vantage: string) => Sky;
  /** It runs, and what it says comes through. */
  readonly isHeard: (vantage: { readonly name: string; readonly domain: string }) => boolean;
  /** What it finds or leaves in its own site's heartbeat row; `null`: it has no site, or the database does not answer. */
  readonly heartbeat: (domain: string) => Omit<HeartbeatLook, 'ageMs'> | null;
  /** A vantage has looked, and every actor can know what it saw. */
  readonly onLook: (vantage: { readonly name: string; readonly domain: string }, sky: Sky) => void;
}

interface Prober {
  readonly name: string;
  readonly domain: string;
  sequence: number;
  atMs: number;
  sky: Sky;
  readonly lastSuccessMs: { primary: number | null; secondary: number | null };
  replication: { readonly lagSeconds: number; readonly atMs: number } | null;
  heartbeat: { readonly look: Omit<HeartbeatLook, 'ageMs'>; readonly atMs: number } | null;
  told: Observation | null;
}

/**
 * Vantages that no actor looks through: each second every one of them looks and tells. What they tell is put into words
 * only when somebody reads it, since a prober's second is by far the most frequent thing in a world.
 */
export class Probers {
  readonly #view: ProberView;
  readonly #bornMs: number;
  readonly #session: string;
  readonly #probers: Prober[];

  constructor(vantages: readonly { readonly name: string; readonly domain: string }[], view: ProberView) {
    this.#view = view;
    this.#bornMs = view.nowMs();
    this.#session = `probers@${this.#bornMs}`;
    this.#probers = vantages.map(({ name, domain }) => ({
      name,
      domain,
      sequence: 0,
      atMs: this.#bornMs,
      sky: { primary: 'notLooked', secondary: 'notLooked', lagSeconds: null },
      lastSuccessMs: { primary: null, secondary: null },
      replication: null,
      heartbeat: null,
      told: null,
    }));
  }

  look(): void {
    const nowMs = this.#view.nowMs();
    for (const prober of this.#probers) {
      if (!this.#view.isHeard(prober)) continue;
      const sky = this.#view.sky(prober.name);
      prober.sequence += 1;
      prober.atMs = nowMs;
      prober.sky = sky;
      prober.told = null;
      for (const site of sites) {
        if (sky[site] === 'healthy') prober.lastSuccessMs[site] = nowMs;
      }
      this.#view.onLook(prober, sky);
      if (sky.lagSeconds === null) continue;
      prober.replication = { lagSeconds: sky.lagSeconds, atMs: nowMs };
      const look = this.#view.heartbeat(prober.domain);
      if (look !== null) prober.heartbeat = { look, atMs: nowMs };
    }
  }

  /** The latest word of each that has said anything. */
  observations(): Observation[] {
    const told: Observation[] = [];
    for (const prober of this.#probers) {
      if (prober.sequence === 0) continue;
      prober.told ??= this.#tell(prober);
      told.push(prober.told);
    }
    return told;
  }

  #tell({ name, domain, sequence, atMs, sky, lastSuccessMs, replication, heartbeat }: Prober): Observation {
    const look = (site: Site): SiteLook => {
      const lastMs = lastSuccessMs[site];
      const answer = sky[site];
      const withoutSuccessMs = atMs - (lastMs ?? this.#bornMs);
      return lastMs === null
        ? { answer, withoutSuccessMs, detail: answer }
        : { answer, withoutSuccessMs, sinceSuccessMs: atMs - lastMs, detail: answer };
    };
    const told: Observation = {
      vantage: name,
      domain,
      session: this.#session,
      sequence,
      sites: { primary: look('primary'), secondary: look('secondary') },
      replication: replication === null ? null : { lagSeconds: replication.lagSeconds, ageMs: atMs - replication.atMs },
    };
    if (heartbeat !== null) told.heartbeat = { ...heartbeat.look, ageMs: atMs - heartbeat.atMs };
    return told;
  }
}
