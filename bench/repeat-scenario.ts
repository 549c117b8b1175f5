import { loadApp } from '../src/cli/load-app.ts';
import type { ScenarioReport } from '../src/sandbox/scenarios/report.ts';
import { runScenario } from '../src/sandbox/scenarios/run-scenario.ts';
import type { ScenarioName } from '../src/sandbox/scenarios/scenario-names.ts';
import type { StoryEntry } from '../src/sandbox/scenarios/story.ts';

/** One play of a scenario, and its story. */
export interface Play {
  readonly report: ScenarioReport;
  readonly entries: readonly StoryEntry[];
}

/**
 * Plays a scenario again and again, each time in a new world, at real intervals and with the stand-ins for AWS's own
 * durations at zero: what is left is the engine's, PostgreSQL's and the network's.
 */
export async function repeatScenario(scenario: ScenarioName, runs: number): Promise<readonly Play[]> {
  const app = await loadApp('examples/trading-rds.yaml');
  const plays: Play[] = [];
  for (let run = 1; run <= runs; run += 1) {
    console.error(`  ${scenario} ${run} of ${runs}`);
    const entries: StoryEntry[] = [];
    const report = await runScenario({
      app,
      scenario,
      speed: 1,
      awsDurationFactor: 0,
      story: { entry: (entry) => void entries.push(entry), status: () => undefined },
      signal: new AbortController().signal,
    });
    plays.push({ report, entries });
  }
  return plays;
}

/** Median and worst of a number that every play has; `null` counts as never, the worst of all. */
export function spread(plays: readonly Play[], numberOf: (play: Play) => number | null) {
  const sorted = plays.map((play) => numberOf(play) ?? Number.POSITIVE_INFINITY).sort((one, other) => one - other);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  const middle = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2;
  return { median: rounded(median), worst: rounded(at(sorted.length - 1)) };
}

/** Facts that did not hold, over all plays: a number of a play that failed is worth nothing. */
export function failedFacts(plays: readonly Play[]): string[] {
  return plays.flatMap(({ report }) => report.facts.filter(({ held }) => !held).map(({ fact }) => fact));
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
