import { lossToAccept } from './loss-to-accept.ts';
import { isSettled, type Operation, type Step, type StepName } from './operation.ts';
import { isPastReturn } from './operation-state.ts';

/** Something that people must hear of, at least once, whichever actor notices. */
export interface Alert {
  readonly key: string;
  readonly subject: string;
  readonly message: string;
}

/**
 * Alerts that the operation calls for and that nobody has sent yet.
 *
 * @param runningMs for how long a step has been under way, by a clock that can tell: when it began was written down by
 *   another actor's, as often as not.
 */
export function alertsDue(operation: Operation, runningMs: (step: StepName) => number): Alert[] {
  const due: Alert[] = [];
  if (operation.phase === 'WaitingForConsent') {
    const { words, toAccept } = lossToAccept(operation);
    due.push({
      key: 'consent',
      subject: `${operation.id} waits for consent`,
      message: `Failing over to ${operation.to} may lose more than the plan allows: ${words}. To go on, accept ${toAccept} with 'understudy approve'; to stay, 'understudy abort'.`,
    });
  }
  if (operation.phase === 'WaitingForHuman') due.push(...helpWanted(operation));
  for (const step of operation.steps) {
    if (isSettled(step) || step.startedAtMs === null || step.name === 'consent') continue;
    const ms = runningMs(step.name);
    if (ms <= step.budgetMs) continue;
    due.push({
      key: `overdue/${step.name}`,
      subject: `${operation.id}: ${step.name} is over its budget`,
      message: `${step.name} has run for ${(ms / 1000).toFixed(0)} s, its budget is ${(step.budgetMs / 1000).toFixed(0)} s. Last word: ${step.message || 'none'}. It goes on trying.`,
    });
  }
  return due.filter((alert) => !operation.alerted.includes(alert.key));
}

/** What a person must put right, one alert a step: the operation goes on by itself as soon as it is. */
function helpWanted(operation: Operation): Alert[] {
  const { id } = operation;
  const givingUp = isPastReturn(operation) ? '' : ' To give up instead: understudy abort.';
  const isStuck = (step: Step): boolean => !isSettled(step) && step.attempts > 0;
  return operation.steps.filter(isStuck).map(({ name, message }) => ({
    key: `human/${name}`,
    subject: `${id} waits for a person: ${name}`,
    message: `AWS refuses ${name}: ${message}. Put that right; it is tried again every few seconds, and goes on by itself.${givingUp}`,
  }));
}
