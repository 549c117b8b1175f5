import type { Site } from '../api/site.ts';
import type { Observation, SiteLook } from '../failover/observation.ts';
import type { Vantage } from '../failover/ports.ts';
import type { Life } from './life.ts';
import type { Timeline } from './timeline.ts';

/** What a vantage could see now, if it looked. */
export interface Sky {
  readonly primary: SiteLook['answer'];
  readonly secondary: SiteLook['answer'];
  /** Replication lag, seconds; `null` when it cannot be measured. */
  readonly lagSeconds: number | null;
}

/** How long a look takes. */
const lookMs = 10;

/** A vantage whose sky is a script; it keeps its ages by its own clock, as a real one does. */
export class Watchtower implements Vantage {
  readonly #name: string;
  readonly #domain: string;
  readonly #timeline: Timeline;
  readonly #sky: () => Sky;
  readonly #life: Life;
  readonly #bornMs: number;
  readonly #lastSuccessMs: { primary: number | null; secondary: number | null } = { primary: null, secondary: null };
  #replication: { lagSeconds: number; atMs: number } | null = null;
  #sequence = 0;

  constructor(vantage: { name: string; domain: string }, timeline: Timeline, life: Life, sky: () => Sky) {
    this.#name = vantage.name;
    this.#domain = vantage.domain;
    this.#timeline = timeline;
    this.#life = life;
    this.#sky = sky;
    this.#bornMs = timeline.nowMs;
  }

  look(): Promise<Observation> {
    return new Promise((resolve) => {
      this.#timeline.schedule(lookMs, () => {
        const observation = this.#observe();
        this.#life.deliver(() => resolve(observation));
      });
    });
  }

  glance(site: Site): Promise<boolean> {
    return new Promise((resolve) => {
      this.#timeline.schedule(lookMs, () => {
        const isWell = this.#sky()[site] === 'healthy';
        this.#life.deliver(() => resolve(isWell));
      });
    });
  }

  #observe(): Observation {
    const { nowMs } = this.#timeline;
    const sky = this.#sky();
    this.#sequence += 1;
    const site = (name: 'primary' | 'secondary'): SiteLook => {
      if (sky[name] === 'healthy') this.#lastSuccessMs[name] = nowMs;
      const lastMs = this.#lastSuccessMs[name];
      return {
        answer: sky[name],
        withoutSuccessMs: nowMs - (lastMs ?? this.#bornMs),
        ...(lastMs === null ? {} : { sinceSuccessMs: nowMs - lastMs }),
        detail: sky[name],
      };
    };
    if (sky.lagSeconds !== null) this.#replication = { lagSeconds: sky.lagSeconds, atMs: nowMs };
    return {
      vantage: this.#name,
      domain: this.#domain,
      session: `${this.#life.actor}@${this.#bornMs}`,
      sequence: this.#sequence,
      sites: { primary: site('primary'), secondary: site('secondary') },
      replication:
        this.#replication === null
          ? null
          : { lagSeconds: this.#replication.lagSeconds, ageMs: nowMs - this.#replication.atMs },
    };
  }
}
