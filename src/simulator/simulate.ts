import { judgeAftermath } from './aftermath.ts';
import type { Coverage } from './coverage.ts';
import { scenarioOf, shrinkScenario } from './generate-scenario.ts';
import { playScenario } from './play-scenario.ts';
import type { Scenario } from './scenario.ts';
import type { StoryLine } from './story.ts';

export interface SimulateOptions {
  /** How many scenarios a failure may be made smaller with; 0: it is told as it was found. @default 150 */
  readonly shrinkAttempts?: number;
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
  const { shrinkAttempts = 150 } = options;
  const found = await replay(seed, scenarioOf(seed));
  if (found.breaches.length === 0 || shrinkAttempts === 0) return found;
  const fails = async (scenario: Scenario): Promise<boolean> => (await replay(seed, scenario)).breaches.length > 0;
  return replay(seed, await shrinkScenario(seed, fails, shrinkAttempts));
}

/** Plays one scenario, whatever seed it is from. */
export async function replay(seed: number, scenario: Scenario): Promise<SimulationResult> {
  const world = await playScenario(scenario);
  await judgeAftermath(world, scenario);
  const { story, coverage, timeline, invariants } = world;
  return { seed, scenario, breaches: invariants.breaches, story, coverage, virtualMs: timeline.nowMs };
}
