import type { MultiRegionApp } from '../../api/multi-region-app.ts';
import { startWorld } from '../world/world.ts';
import type { ScenarioReport } from './report.ts';
import { type ScenarioName, scenarios } from './scenarios.ts';
import { withStage } from './stage.ts';
import type { Story } from './story.ts';

export interface RunScenarioOptions {
  readonly app: MultiRegionApp;
  readonly scenario: ScenarioName;
  readonly speed: number;
  readonly story: Story;
  /** Ends it early; nothing is left behind then either. */
  readonly signal: AbortSignal;
}

/** Starts a world, plays one scenario in it, and ends the world. */
export async function runScenario({
  app,
  scenario,
  speed,
  story,
  signal,
}: RunScenarioOptions): Promise<ScenarioReport> {
  const onProgress = (text: string): void => story.entry({ atMs: Date.now(), subject: 'start', text });
  const world = await startWorld({ app, speed, signal, onProgress });
  try {
    return await withStage(world, story, signal, scenarios[scenario]);
  } finally {
    story.status('ending what runs');
    await world.close();
    story.status('');
  }
}
