import type { Journal } from '../failover/journal.ts';
import { failoverSteps } from '../failover/steps/failover.ts';
import type { StepDefinition } from '../failover/steps/step-definition.ts';
import { undoSteps } from '../failover/steps/undo.ts';

/** Which states of the journal the scenarios came through: one that no seed reaches is one that nothing checks. */
export class Coverage {
  readonly reached = new Set<string>();

  /** Takes in a journal as it was written. */
  see(journal: Journal): void {
    const { operation, last } = journal;
    if (journal.pendingFence !== null) this.reached.add('journal: pendingFence');
    if (journal.pendingUnfence !== null) this.reached.add('journal: pendingUnfence');
    if (journal.leftToController.length > 0) this.reached.add('journal: leftToController');
    if (last !== null) this.reached.add(`outcome: ${last.outcome}`);
    if (operation === null) return;
    this.reached.add(`operation: ${operation.phase}`);
    if (operation.actors.length > 1) this.reached.add('operation: taken over');
    for (const { name, phase, calls } of operation.steps) {
      this.reached.add(`${name}: ${phase}`);
      for (const { result } of calls) this.reached.add(`${name}: call ${result}`);
    }
  }

  add(other: Coverage): void {
    for (const state of other.reached) this.reached.add(state);
  }

  /** Those of {@link everyState} that no journal showed. */
  unreached(): string[] {
    return everyState().filter((state) => !this.reached.has(state));
  }
}

/** Every state that a journal can come to, by the definitions of the steps. The one operation so far is Failover. */
export function everyState(): string[] {
  return [
    ...['pendingFence', 'pendingUnfence', 'leftToController'].map((what) => `journal: ${what}`),
    ...['Succeeded', 'Aborted'].map((outcome) => `outcome: ${outcome}`),
    ...['Running', 'WaitingForConsent', 'Aborting', 'taken over'].map((phase) => `operation: ${phase}`),
    ...[...failoverSteps, ...undoSteps].flatMap(statesOf),
  ];
}

function statesOf(definition: StepDefinition): string[] {
  const { name, attempts, irreversible, onKubernetes } = definition;
  const phases = ['Pending', 'Done'];
  // A step with a single attempt is settled by its first outcome; all others can be seen at work.
  if (attempts !== 1) phases.push('Running');
  if (attempts !== undefined) phases.push('GaveUp');
  if (onKubernetes) phases.push('Left');
  if (irreversible || name === 'scale') phases.push('Called');
  // An abort skips all that has not begun, which it can before the intent.
  if (name !== 'unfence') phases.push('Skipped');
  const calls = irreversible ? ['pending', 'accepted', 'unknown', 'refused', 'refuted'] : [];
  return [...phases.map((phase) => `${name}: ${phase}`), ...calls.map((result) => `${name}: call ${result}`)];
}
