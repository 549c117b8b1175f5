import { type Action, actionSchema } from '../failover/operation.ts';
import type { StepDefinition } from '../failover/steps/step-definition.ts';
import { movesTheWriter, stepsOf } from '../failover/steps/steps-of.ts';
import { undoSteps } from '../failover/steps/undo.ts';
import type { Coverage } from './coverage.ts';

/** Every state that a journal can come to, by the definitions of the steps. */
export function everyState(): string[] {
  return [
    ...planFields.map((field) => `journal: ${field}`),
    ...events.map((event) => `event: ${event}`),
    ...['Lambda', 'controller'].flatMap((to) =>
      ['Lambda', 'controller'].map((from) => `taken over: ${to} from ${from}`),
    ),
    ...actionSchema.options.flatMap(statesOfAction),
  ];
}

const planFields = [
  'pendingFence',
  'pendingUnfence',
  'requested',
  'fenced primary',
  'fenced secondary',
  'rebuilding',
  'rehearsal',
  'home primary',
  'home secondary',
  'switchTerm',
  'active primary',
  'active secondary',
  'cleanups',
  'leftToController',
  'databases',
];

const events = ['FencePending', 'Fenced', 'UnfencePending', 'Unfenced', 'CleanedUp', 'LeaseLost'];

function statesOfAction(action: Action): string[] {
  const steps = stepsOf(action);
  const phases = ['Running', 'WaitingForHuman', 'Aborting', 'taken over', 'Succeeded', 'Aborted'];
  if (action === 'Failover') phases.push('WaitingForConsent');
  return [
    ...phases.map((phase) => `${action}: ${phase}`),
    ...steps.flatMap((step) => [...statesOfStep(action, step), `${action}/${step.name}: Skipped`]),
    ...(movesTheWriter(action) ? undoSteps.flatMap((step) => statesOfStep(action, step)) : []),
  ];
}

function statesOfStep(action: Action, definition: StepDefinition): string[] {
  const { name, attempts, irreversible, onKubernetes, within } = definition;
  const phases = ['Pending', 'Done'];
  if (definition.effect !== undefined || waits.has(`${action}/${name}`)) phases.push('Running');
  if (attempts !== undefined || within !== undefined) phases.push('GaveUp');
  if (onKubernetes) phases.push('Left');
  if (irreversible || takesTime.has(name)) phases.push('Called');
  const calls = irreversible ? ['pending', 'accepted', 'unknown', 'refused', 'refuted'] : [];
  return [
    ...phases.map((phase) => `${action}/${name}: ${phase}`),
    ...calls.map((result) => `${action}/${name}: call ${result}`),
  ];
}

/** Steps that AWS works on for a while after it has accepted them. */
const takesTime: ReadonlySet<string> = new Set([
  'scale',
  'snapshot',
  'create-replica',
  'retire-database',
  'repoint-switch',
]);
/** Steps of the engine's own at which it waits: for a word, or until it is sure again. */
const waits: ReadonlySet<string> = new Set(['Failover/consent', 'Failover/intent']);

/** Those of {@link everyState} that no journal showed. */
export function unreached({ reached }: Pick<Coverage, 'reached'>): string[] {
  return everyState().filter((state) => !reached.has(state));
}
