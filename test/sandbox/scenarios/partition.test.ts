import { expect, it } from '@jest/globals';
import { loadApp } from '../../../src/cli/load-app.ts';
import { runScenario } from '../../../src/sandbox/scenarios/run-scenario.ts';

it('does nothing, and says why, while the controller alone misses the active', async () => {
  const app = await loadApp('examples/trading-rds.yaml');
  const said: string[] = [];
  const report = await runScenario({
    app,
    scenario: 'partition',
    speed: 10,
    story: { entry: ({ subject, text }) => void said.push(`${subject} ${text}`), status: () => undefined },
    signal: new AbortController().signal,
  });
  expect(report.facts.filter(({ held }) => !held)).toEqual([]);
  expect(report).toMatchObject({ rto: null, rpo: null, lost: 0 });
  expect(said.some((line) => line.startsWith('hold') && line.includes('failure domains say Down'))).toBe(true);
  expect(said.some((line) => line.startsWith('operation'))).toBe(false);
}, 300_000);
