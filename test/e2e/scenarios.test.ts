import { expect, it } from '@jest/globals';
import { loadApp } from '../../src/cli/load-app.ts';
import { runScenario } from '../../src/sandbox/scenarios/run-scenario.ts';
import { scenarioNames } from '../../src/sandbox/scenarios/scenario-names.ts';

const limitMs = 10 * 60_000;

it.each(scenarioNames)(
  'every fact of the scenario %s holds',
  async (scenario) => {
    const app = await loadApp('examples/trading-rds.yaml');
    const lines: string[] = [];
    const report = await runScenario({
      app,
      scenario,
      speed: 10,
      story: {
        entry: ({ subject, text }) => void lines.push(`${subject}: ${text}`),
        status: () => undefined,
      },
      signal: new AbortController().signal,
    });
    const failed = report.facts.filter(({ held }) => !held);
    // The story is what explains a fact that does not hold.
    expect({ failed, story: failed.length === 0 ? [] : lines }).toEqual({ failed: [], story: [] });
    expect(report.facts.length).toBeGreaterThan(0);
    expect(report.acknowledged).toBeGreaterThan(0);
  },
  limitMs,
);
