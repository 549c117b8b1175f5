import { messageOf } from '../failover/once.ts';
import { judgeAftermath } from './aftermath.ts';
import { Coverage } from './coverage.ts';
import { type FaultKind, faultKinds, withOnly } from './fault-kinds.ts';
import { scenarioOf, shrinkScenario } from './generate-scenario.ts';
import { playScenario } from './play-scenario.ts';
import type { Scenario } from './scenario.ts';
import type { StoryLine } from './story.ts';

export interface SimulateOptions {
  /** How many scenarios a failure may be made smaller with; 0: it is told as it was found. @default 150 */
  readonly shrinkAttempts?: number;
  /** What may go wrong. @default everything */
  readonly faults?: readonly FaultKind[];
}

export interface SimulationResult {
  readonly seed: number;
  /** The smallest found that fails, where the seed's own fails. */
  readonly scenario: Scenario;
  /** Empty: every invariant held after every event, and the operation ended or waited for a person. */
  readonly breaches: readonly string[];
  readonly story: readonly StoryLine[];
  readonly coverage: Coverage;
  /** Virtual time that passed. */
  readonly virtualMs: number;
}

/**
 * One incident from one seed: the same seed always gives the same incident and the same result.
 *
 * @example
 * const { breaches } = await simulate(42);
 */
export async function simulate(seed: number, options: SimulateOptions = {}): Promise<SimulationResult> {
  const { shrinkAttempts = 150, faults = faultKinds } = options;
  const kinds = new Set(faults);
  const allowed = (scenario: Scenario): Scenario =>
    kinds.size === faultKinds.length ? scenario : withOnly(scenario, kinds);
  const found = await replay(seed, allowed(scenarioOf(seed)));
  const [breach] = found.breaches;
  if (breach === undefined || shrinkAttempts === 0) return found;
  // The same breach, or it would shrink to another incident than the one that was found.
  const fails = async (scenario: Scenario): Promise<boolean> => {
    const { breaches } = await replay(seed, allowed(scenario));
    return breaches.some((other) => invariantOf(other) === invariantOf(breach));
  };
  return replay(seed, allowed(await shrinkScenario(seed, fails, shrinkAttempts)));
}

function invariantOf(breach: string): string {
  return breach.split(' at ')[0] ?? breach;
}

/** Plays one scenario, whatever seed it is from. */
export async function replay(seed: number, scenario: Scenario): Promise<SimulationResult> {
  try {
    const world = await playScenario(scenario);
    await judgeAftermath(world, scenario);
    const { story, coverage, timeline, invariants } = world;
    return { seed, scenario, breaches: invariants.breaches, story, coverage, virtualMs: timeline.nowMs };
  } catch (error) {
    // The world itself broke: nobody knows how far it came.
    const breaches = [`invariant 8 at an unknown moment: ${messageOf(error)}`];
    return { seed, scenario, breaches, story: [], coverage: new Coverage(), virtualMs: 0 };
  }
}
