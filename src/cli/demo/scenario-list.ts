import { UnderstudyError } from '../../api/errors.ts';
import { nearest } from '../../api/nearest.ts';
import {
  isScenario,
  type ScenarioName,
  scenarioAbouts,
  scenarioNames,
} from '../../sandbox/scenarios/scenario-names.ts';

/** `demo --list`: every scenario with what happens in it, one a line. */
export function formatScenarios(): string {
  const width = Math.max(...scenarioNames.map((name) => name.length)) + 2;
  return scenarioNames.map((name) => `${name.padEnd(width)}${scenarioAbouts[name]}`).join('\n');
}

/** @throws UnderstudyError US1090, with the name that was most likely meant. */
export function scenarioOf(name: string): ScenarioName {
  if (isScenario(name)) return name;
  const meant = nearest(name, scenarioNames);
  throw new UnderstudyError('US1090', `there is no scenario "${name}"`, {
    remedy:
      meant === undefined ? `Use one of: ${scenarioNames.join(', ')}.` : `Did you mean ${meant}? --list shows all.`,
  });
}
