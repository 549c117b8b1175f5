import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, it } from '@jest/globals';
import { loadApp } from '../../../src/cli/load-app.ts';
import { runScenario } from '../../../src/sandbox/scenarios/run-scenario.ts';
import { withStage } from '../../../src/sandbox/scenarios/stage.ts';
import type { StoryEntry } from '../../../src/sandbox/scenarios/story.ts';
import { startWorld } from '../../../src/sandbox/world/world.ts';
import { eventually } from '../eventually.ts';

const speed = 10;
/** Every wait inside has a limit of its own, three minutes at least: a busy machine is no failure. */
const limitMs = 600_000;

function recordingStory() {
  const entries: StoryEntry[] = [];
  return { entries, entry: (entry: StoryEntry) => void entries.push(entry), status: () => undefined };
}

const worldFolders = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('understudy-world-'));

it(
  'recovers from the loss of a region, and every fact of the report holds',
  async () => {
    const before = worldFolders();
    const app = await loadApp('examples/trading-rds.yaml');
    const story = recordingStory();
    const { signal } = new AbortController();
    const report = await runScenario({ app, scenario: 'outage', speed, story, signal });

    expect(report.facts.filter(({ held }) => !held)).toEqual([]);
    expect(report.acknowledged - report.present).toBe(report.lost);
    expect(report.acknowledged).toBeGreaterThan(0);
    const parts = Object.values(report.parts ?? {});
    expect(parts.every((part) => part >= 0)).toBe(true);
    expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(report.rto ?? Number.NaN, 2);
    expect(story.entries.some(({ text }) => text.startsWith('PromoteReadReplica'))).toBe(true);
    // Other suites have worlds too, each with processes that name its folder.
    const left = () => {
      const inUse = execFileSync('ps', ['-A', '-o', 'args='], { encoding: 'utf8' });
      return worldFolders().filter((name) => !before.includes(name) && !inUse.includes(name));
    };
    await eventually('no folder of a world that has ended is left', () => left().length === 0);
  },
  limitMs,
);

it(
  'promotes nothing without its journal, and exactly once though the actor dies right after the call',
  async () => {
    const app = await loadApp('examples/trading-rds.yaml');
    const { signal } = new AbortController();
    const world = await startWorld({ app, speed, signal, onProgress: () => undefined });
    const standby = world.region('secondary');
    const promotions = () => standby.calls.filter(({ operation }) => operation === 'PromoteReadReplica');
    try {
      await withStage(world, recordingStory(), signal, async (stage) => {
        const { events, until } = stage;
        const holds = (code: string) =>
          events.some((event) => event.kind === 'Hold' && event.reasons.some((reason) => reason.code === code));
        await until('calm', 60_000, () => events.some((event) => event.kind === 'Verdict' && event.verdict === 'Up'));

        await standby.addFault({ service: 'dynamodb', operation: '*', kind: 'InternalError' });
        await stage.killRegion('primary');
        await until('the journal to be missed', 60_000, () => holds('JournalUnreachable'));
        // Well past the moment at which everything else would be ready to act.
        const missedAtMs = Date.now();
        await until('the tolerance window', 60_000, () => Date.now() - missedAtMs > (2 * 30_000) / speed);
        expect(promotions()).toEqual([]);

        await standby.clearFaults();
        await until('the call', 120_000, () => events.some((event) => event.kind === 'Call'));
        await stage.controller().kill();
        stage.startController();
        await until('the end', 240_000, () => events.some((event) => event.kind === 'OperationEnded'));
      });
      expect(promotions().filter(({ result }) => result === 'OK')).toHaveLength(1);
    } finally {
      await world.close();
    }
  },
  limitMs,
);
