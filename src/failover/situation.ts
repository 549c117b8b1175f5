import { otherSite, type Site, sites } from '../api/site.ts';
import { type Assessment, assess } from './assess.ts';
import type { Observation, StandbyLook } from './observation.ts';
import type { Plan } from './plan.ts';
import type { Ports } from './ports.ts';
import type { Assessed } from './run-operation.ts';
import type { Timing } from './timing.ts';
import { createSightings } from './watch.ts';

/** What an actor knows of both sites: what it saw itself, what stands in the table, and the standby's database. */
export interface Situation {
  /**
   * Takes in what this process has just looked at.
   *
   * @returns whether a site answers otherwise than at the vantage's look before, or it is the first.
   */
  add(observation: Observation): boolean;
  /** Reads the others' words and the standby, and judges. @throws PortError if the journal's table does not answer. */
  assess(plan: Plan, active: Site): Promise<Assessment>;
  /** As `assess`, and again only once vantages have had time to look again. */
  assessAtLeisure(plan: Plan, active: Site): Promise<Assessed>;
  /** Some vantage's latest look at the active failed. */
  suspect(active: Site): boolean;
  /** How long until the next vantage counts as silent if it says nothing more; infinite if none will. */
  silenceInMs(): number;
}

export function createSituation(filed: Plan, ports: Ports, timing: Timing): Situation {
  const { clock } = ports;
  const sightings = createSightings(clock, filed);
  /** The latest look of each of this process's vantages. */
  const own = new Map<string, Observation['sites']>();
  let standby: { readonly of: string; readonly look: StandbyLook | Error; readonly atMonotonicMs: number } | null =
    null;
  let latest: (Assessed & { readonly of: string }) | null = null;

  async function lookAtStandby(plan: Plan, active: Site): Promise<StandbyLook | Error> {
    const { database, region } = plan.sites[otherSite(active)];
    const of = `${region}/${database.identifier}`;
    const { monotonicMs } = clock.now();
    const maxAgeMs = sightings.suspect(active) ? timing.suspectMs : plan.intervalMs;
    if (standby === null || standby.of !== of || monotonicMs - standby.atMonotonicMs >= maxAgeMs) {
      const look = await ports.standby.look(database.identifier, region).catch(asError);
      standby = { of, look, atMonotonicMs: monotonicMs };
    }
    return standby.look;
  }

  async function assessNow(plan: Plan, active: Site): Promise<Assessment> {
    // The others' words last: a region that is dark answers late, and what they saw must not grow old meanwhile.
    const look = await lookAtStandby(plan, active);
    const { monotonicMs } = clock.now();
    const others = await ports.journal.observations();
    sightings.read(
      others.filter(({ vantage }) => !own.has(vantage)),
      monotonicMs,
    );
    return assess(plan, active, { vantages: sightings.all(), standby: look });
  }

  return {
    add(observation) {
      const { vantage, sites: looks } = observation;
      const before = own.get(vantage);
      own.set(vantage, looks);
      sightings.add([observation]);
      return sites.some((site) => looks[site].answer !== before?.[site].answer);
    },
    assess: assessNow,
    async assessAtLeisure(plan, active) {
      const of = `${active} ${plan.sites[otherSite(active)].database.identifier}`;
      const { monotonicMs } = clock.now();
      if (latest === null || latest.of !== of || monotonicMs - latest.atMonotonicMs >= timing.suspectMs) {
        latest = { of, assessment: await assessNow(plan, active), atMonotonicMs: monotonicMs };
      }
      return latest;
    },
    suspect: (active) => sightings.suspect(active),
    silenceInMs: () => sightings.silenceInMs(),
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
