import { loadApp } from '../src/cli/load-app.ts';
import { runScenario } from '../src/sandbox/scenarios/run-scenario.ts';
import type { StoryEntry } from '../src/sandbox/scenarios/story.ts';

/**
 * One outage at real intervals: what the engine itself adds, as shares of the measured recovery time, and how long the
 * demo takes until it serves its first write.
 */
export async function outageBench(): Promise<object> {
  const app = await loadApp('examples/trading-rds.yaml');
  const entries: StoryEntry[] = [];
  const startMs = Date.now();
  let firstWriteMs: number | null = null;
  const report = await runScenario({
    app,
    scenario: 'outage',
    speed: 1,
    story: {
      entry: (entry) => void entries.push(entry),
      status: (text) => {
        // The scenario looks for the first verdict once the first trade has been acknowledged.
        if (text.includes('engine')) firstWriteMs ??= Date.now();
      },
    },
    signal: new AbortController().signal,
  });
  const rtoMs = (report.rto ?? Number.NaN) * 1_000;
  const at = (matches: (entry: StoryEntry) => boolean): number => entries.find(matches)?.atMs ?? Number.NaN;
  const step = (subject: string): number => at((entry) => entry.subject === subject);
  const overhead = (ms: number) => ({ ms, shareOfRto: `${((ms / rtoMs) * 100).toFixed(2)} %` });
  return {
    rtoSeconds: report.rto,
    parts: report.parts,
    awsStandInSeconds: report.awsStandIn,
    verdictToPromotionCall: overhead(
      step('call') - at(({ subject, text }) => subject === 'verdict' && text.endsWith('is down')),
    ),
    writableToMarker: overhead(step('open-traffic') - step('verify-writable')),
    secondsToFirstWrite: firstWriteMs === null ? null : (firstWriteMs - startMs) / 1_000,
  };
}
