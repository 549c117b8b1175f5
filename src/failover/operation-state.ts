import { isSettled, type Operation, type StepName, stepOf } from './operation.ts';
import { definitionOf } from './steps/steps-of.ts';

// What an operation's record says of the world, by what may have been done and not only by what was seen to be.

/** Everything that the step builds on has been settled. */
export function mayBegin(operation: Operation, name: StepName): boolean {
  const { after, afterCalled = [] } = definitionOf(operation.action, name);
  for (const other of after) if (!isPassed(operation, other)) return false;
  for (const other of afterCalled) {
    const step = stepOf(operation, other);
    if (step.phase !== 'Called' && !isSettled(step)) return false;
  }
  return true;
}

/** A required step that gave up ends the operation: nothing begins behind it. */
function isPassed(operation: Operation, name: StepName): boolean {
  const step = stepOf(operation, name);
  return isSettled(step) && !(step.phase === 'GaveUp' && definitionOf(operation.action, name).required);
}

/** Nobody aborts it any more. A drill promotes a copy that nobody needs: it can always be given up. */
export function isPastReturn({ action, intent }: Operation): boolean {
  return intent !== null && action !== 'Drill';
}

/** Something may have been taken from the active. */
export function beganToFence(operation: Operation): boolean {
  return hasBegun(operation, 'close-traffic') || hasBegun(operation, 'fence-database');
}

/** Crossplane may have been told to leave the standby's database alone. */
export function beganToPause(operation: Operation): boolean {
  return hasBegun(operation, 'pause-reconciliation');
}

/** An instance that nobody had before may exist. */
export function beganToCreate(operation: Operation): boolean {
  return hasBegun(operation, 'create-replica');
}

function hasBegun(operation: Operation, name: StepName): boolean {
  const step = operation.steps.find((candidate) => candidate.name === name);
  if (step === undefined) return false;
  // Skipped when it began to abort counts as it would have then: it might have been under way.
  return step.phase === 'Skipped' ? step.startedAtMs !== null || mayBegin(operation, name) : mayBegin(operation, name);
}
