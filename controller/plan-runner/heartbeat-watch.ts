import type { Site } from '../../src/api/site.ts';
import type { Observation } from '../../src/failover/observation.ts';
import { type Fact, known, unknown } from '../../src/failover/readiness/fact.ts';
import type { HeartbeatFacts } from '../../src/failover/readiness/facts.ts';

interface Sighting {
  readonly number: number;
  readonly sinceMonotonicMs: number;
  /** It has moved since this process began to look. */
  readonly moved: boolean;
}

/** A row that has not moved for so long stands still; before that, nobody can tell. */
const lookedLongEnoughMs = 120_000;

/** Sees the heartbeat move, by this process's own clock, in what the standby's prober reads. */
export class HeartbeatWatch {
  readonly #seen = new Map<Site, Sighting>();

  /** Takes in what stands in the journal's table. */
  see(observations: readonly Observation[], monotonicMs: number): void {
    for (const { heartbeat } of observations) {
      if (heartbeat === undefined || heartbeat.written) continue;
      const before = this.#seen.get(heartbeat.site);
      if (before?.number === heartbeat.number) continue;
      const { number, site } = heartbeat;
      this.#seen.set(site, { number, sinceMonotonicMs: monotonicMs, moved: before !== undefined });
    }
  }

  /** Of the row as it stands in a site's database; known to be none where no prober is to keep one. */
  of(site: Site, hasProber: boolean, monotonicMs: number): Fact<HeartbeatFacts | null> {
    if (!hasProber) return known(null);
    const seen = this.#seen.get(site);
    if (seen === undefined) return unknown('no prober has read it since this controller began to look');
    const unchangedMs = monotonicMs - seen.sinceMonotonicMs;
    if (seen.moved) return known({ unchangedMs });
    // The first number may have stood there for a minute or a year.
    if (unchangedMs < lookedLongEnoughMs) return unknown('it has been looked at for too short a time');
    return known({ unchangedMs: Number.POSITIVE_INFINITY });
  }
}
