import type { Site } from '../api/site.ts';
import { silentAfterMs } from './assess.ts';
import type { Clock } from './clock.ts';
import { firstOf } from './first-of.ts';
import { hasFailed, type Observation, type SeenObservation } from './observation.ts';
import type { Plan } from './plan.ts';
import type { Vantage } from './ports.ts';
import type { StopSignal } from './stop.ts';

/** The observations that an actor holds, its own and those it read, each with its age on the actor's clock. */
export interface Sightings {
  /** Takes in what this process has just looked at. */
  add(observations: readonly Observation[]): void;
  /**
   * Takes in what stands in the table; a repetition of what is known only ages it. What stood there at the first
   * reading may be a minute or a year old, so it counts as endlessly old until its vantage has looked again. What is found
   * changed later may have stood there ever since the reading before.
   *
   * @param askedMonotonicMs when the table was asked for them.
   */
  read(observations: readonly Observation[], askedMonotonicMs: number): void;
  all(): SeenObservation[];
  /**
   * Some vantage's latest look at the active site failed. A look so old that it says nothing any more hurries nobody:
   * vantages that have ended would otherwise keep all others looking each second for ever.
   */
  suspect(active: Site): boolean;
  /** How long until the next vantage counts as silent if it says nothing more; infinite if none will. */
  silenceInMs(): number;
}

export function createSightings(clock: Clock, plan: Plan): Sightings {
  const latest = new Map<string, Sighting>();
  let askedBeforeMonotonicMs = Number.NEGATIVE_INFINITY;
  function take(observation: Observation, firstSinceMs: number, notBeforeMonotonicMs: number): void {
    const known = latest.get(observation.vantage)?.observation;
    const stale =
      known !== undefined && known.session === observation.session && known.sequence >= observation.sequence;
    const readMonotonicMs = clock.now().monotonicMs;
    const sinceMonotonicMs = known === undefined ? firstSinceMs : readMonotonicMs;
    if (stale) return;
    latest.set(observation.vantage, { observation, sinceMonotonicMs, notBeforeMonotonicMs, readMonotonicMs });
  }
  return {
    add(observations) {
      const { monotonicMs } = clock.now();
      for (const observation of observations) take(observation, monotonicMs, monotonicMs);
    },
    read(observations, askedMonotonicMs) {
      for (const observation of observations) take(observation, Number.NEGATIVE_INFINITY, askedBeforeMonotonicMs);
      askedBeforeMonotonicMs = askedMonotonicMs;
    },
    all() {
      const { monotonicMs } = clock.now();
      return [...latest.values()].map(({ observation, sinceMonotonicMs, notBeforeMonotonicMs, readMonotonicMs }) => ({
        observation,
        unchangedMs: monotonicMs - sinceMonotonicMs,
        atLeastMs: monotonicMs - readMonotonicMs,
        atMostMs: monotonicMs - notBeforeMonotonicMs,
      }));
    },
    suspect(active) {
      const { monotonicMs } = clock.now();
      return [...latest.values()].some(({ observation, readMonotonicMs }) => {
        return hasFailed(observation.sites[active]) && monotonicMs - readMonotonicMs <= silentAfterMs(plan);
      });
    },
    silenceInMs() {
      const { monotonicMs } = clock.now();
      const left = [...latest.values()].map((one) => silentAfterMs(plan) - (monotonicMs - one.sinceMonotonicMs));
      return Math.min(...left.filter((ms) => ms >= 0).map((ms) => Math.floor(ms) + 1));
    },
  };
}

interface Sighting {
  readonly observation: Observation;
  /** Since when it has been the vantage's latest, for all that is known. */
  readonly sinceMonotonicMs: number;
  readonly notBeforeMonotonicMs: number;
  readonly readMonotonicMs: number;
}

/**
 * Looks through one vantage until `signal` aborts: each interval while all is well, each second once any vantage has
 * seen a failure, so that the tolerance window ends when it ends and not an interval later.
 */
export async function watch(
  vantage: Vantage,
  context: {
    readonly plan: Plan;
    readonly clock: Clock;
    /** How often it looks once any vantage has seen a failure. */
    readonly suspectMs: () => number;
    readonly suspect: () => boolean;
    readonly active: () => Site;
    /** Called with each look; must not throw. */
    readonly onLook: (observation: Observation) => void;
    /** Ends the wait for the next look early. */
    readonly hurried: (signal: StopSignal) => Promise<void>;
  },
  signal: StopSignal,
): Promise<void> {
  while (!signal.aborted) {
    const observation = await vantage.look();
    context.onLook(observation);
    const { clock, suspectMs, plan } = context;
    if (context.suspect()) await clock.sleep(untilCloserLook(plan, suspectMs(), observation, context.active()), signal);
    else await firstOf(signal, (stop) => clock.sleep(plan.intervalMs, stop), context.hurried);
  }
}

/** A second, or less where the tolerance window closes before: the look that closes it is not a second late. */
function untilCloserLook(plan: Plan, suspectMs: number, { sites }: Observation, active: Site): number {
  const closesInMs = Math.ceil(plan.windowMs - sites[active].withoutSuccessMs);
  return closesInMs > 0 ? Math.min(suspectMs, closesInMs) : suspectMs;
}

/**
 * Glances at the active between the looks, until `signal` aborts. What an outage has in common with its last good sign
 * is known only to within the time between two looks; glances shorten that at the price of one request each.
 *
 * @param glanceMs the time between two; as long as the plan's interval or longer: there is nothing to glance between.
 */
export async function glanceBetween(
  vantage: Vantage,
  context: {
    readonly plan: Plan;
    readonly clock: Clock;
    readonly glanceMs: () => number;
    readonly suspect: () => boolean;
    readonly active: () => Site;
    /** Called when the active does not look well. */
    readonly onDoubt: () => void;
  },
  signal: StopSignal,
): Promise<void> {
  if (vantage.glance === undefined) return;
  const { plan, clock, glanceMs, suspect, active, onDoubt } = context;
  while (!signal.aborted) {
    await clock.sleep(Math.min(glanceMs(), plan.intervalMs), signal);
    const isCalm = !signal.aborted && !suspect() && glanceMs() < plan.intervalMs;
    if (isCalm && !(await vantage.glance(active()))) onDoubt();
  }
}
