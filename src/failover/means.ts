import { isSettled, type Operation, type StepName } from './operation.ts';
import type { Plan } from './plan.ts';
import type { EffectHandlers } from './ports.ts';
import { definitionOf } from './steps/steps-of.ts';

/**
 * Steps of the operation that this actor could only wait at: it has no means for them, and nobody may leave them out. A
 * Lambda builds no replicas and re-points no switch, which is work for calm times and for whoever owns the manifests.
 */
export function stepsBeyondMeans(plan: Plan, operation: Operation, effects: EffectHandlers): StepName[] {
  if (operation.phase === 'Aborting') return [];
  return operation.steps
    .filter((step) => !isSettled(step))
    .map(({ name }) => definitionOf(operation.action, name))
    .filter(({ attempts, skip }) => attempts === undefined && (skip?.(plan, operation) ?? null) === null)
    .filter(({ effect }) => {
      const kind = effect?.(plan, operation).kind;
      return kind !== undefined && effects[kind] === null;
    })
    .map(({ name }) => name);
}
