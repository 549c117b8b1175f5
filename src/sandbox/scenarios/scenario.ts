import type { MultiRegionApp } from '../../api/multi-region-app.ts';
import type { ScenarioReport } from './report.ts';
import type { Stage } from './stage.ts';

/** Something that happens to a world, and the facts that must hold afterwards. */
export interface Scenario {
  /** The application as the scenario needs it. @default as in the file */
  readonly app?: (app: MultiRegionApp) => MultiRegionApp;
  /** Facts that do not hold are part of what it tells, not errors. */
  readonly play: (stage: Stage) => Promise<ScenarioReport>;
}
