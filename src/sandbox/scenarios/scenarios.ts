import { outage } from './outage.ts';
import type { ScenarioReport } from './report.ts';
import type { Stage } from './stage.ts';

/** A scenario plays on a stage and tells what it measured; facts that do not hold are part of that, not errors. */
export type Scenario = (stage: Stage) => Promise<ScenarioReport>;

export const scenarios = { outage } as const satisfies Readonly<Record<string, Scenario>>;

export type ScenarioName = keyof typeof scenarios;

export function isScenario(name: string): name is ScenarioName {
  return Object.hasOwn(scenarios, name);
}
