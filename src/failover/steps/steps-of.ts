import { type Action, actionSchema, type StepName } from '../operation.ts';
import { drillSteps } from './drill.ts';
import { failoverSteps } from './failover.ts';
import { reprotectSteps } from './reprotect.ts';
import type { StepDefinition } from './step-definition.ts';
import { switchoverSteps } from './switchover.ts';
import { undoSteps } from './undo.ts';

const tables: Readonly<Record<Action, readonly StepDefinition[]>> = {
  Failover: failoverSteps,
  Switchover: switchoverSteps,
  Reprotect: reprotectSteps,
  Failback: switchoverSteps,
  Drill: drillSteps,
};

/** The steps of an operation, in the order in which people read them. */
export function stepsOf(action: Action): readonly StepDefinition[] {
  return tables[action];
}

/** Asked for at every turn of every operation. */
const definitions = new Map(
  actionSchema.options.map((action) => [
    action,
    new Map([...undoSteps, ...tables[action]].map((definition) => [definition.name, definition])),
  ]),
);

export function definitionOf(action: Action, name: StepName): StepDefinition {
  const definition = definitions.get(action)?.get(name);
  if (definition === undefined) throw new Error(`${action} has no step ${name}`);
  return definition;
}

/** The writer moves to the other site. */
export function movesTheWriter(action: Action): boolean {
  return action === 'Failover' || action === 'Switchover' || action === 'Failback';
}
