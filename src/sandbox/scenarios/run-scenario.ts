import type { MultiRegionApp } from '../../api/multi-region-app.ts';
import { startWorld } from '../world/world.ts';
import type { ScenarioReport } from './report.ts';
import type { ScenarioName } from './scenario-names.ts';
import { scenarios } from './scenarios.ts';
import { withStage } from './stage.ts';
import type { Story } from './story.ts';

export interface RunScenarioOptions {
  readonly app: MultiRegionApp;
  readonly scenario: ScenarioName;
  readonly speed: number;
  /** Multiplies the stand-ins for AWS's own durations; 0 leaves what this machine really needs. @default 1 */
  readonly awsDurationFactor?: number;
  readonly story: Story;
  /** Ends it early; nothing is left behind then either. */
  readonly signal: AbortSignal;
}

/** Starts a world, plays one scenario in it, and ends the world. */
export async function runScenario(options: RunScenarioOptions): Promise<ScenarioReport> {
  const { speed, awsDurationFactor = 1, story, signal } = options;
  const scenario = scenarios[options.scenario];
  const app = scenario.app?.(options.app) ?? options.app;
  const onProgress = (text: string): void => story.entry({ atMs: Date.now(), subject: 'start', text });
  const world = await startWorld({ app, speed, awsDurationFactor, signal, onProgress });
  try {
    return await withStage(world, story, signal, scenario.play);
  } finally {
    story.status('ending what runs');
    await world.close();
    story.status('');
  }
}
