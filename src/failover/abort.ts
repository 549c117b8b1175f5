import type { Assessment } from './assess.ts';
import { isSettled, type Operation } from './operation.ts';
import { isPastReturn } from './operation-state.ts';
import type { Plan } from './plan.ts';
import { definitionOf } from './steps/steps-of.ts';

/** Before the point of no return only. After it the operation goes forward, whatever is seen or asked. */
export function whyAbort(plan: Plan, operation: Operation, assessment: Assessment): string | null {
  if (isComplete(operation)) return null;
  if (isPastReturn(operation)) return null;
  if (operation.abort.requested) return operation.abort.reason;
  return whyGivenUp(operation) ?? whyOvertaken(plan, operation, assessment);
}

/** Nothing is left to call off. How it ended may stand in the history already, by an actor that died before it closed it. */
function isComplete(operation: Operation): boolean {
  return operation.steps.every(isSettled) && whyGivenUp(operation) === null;
}

/** A step that the operation is nothing without did not come to pass. */
function whyGivenUp({ action, steps }: Operation): string | null {
  const failed = steps.find(({ name, phase }) => phase === 'GaveUp' && definitionOf(action, name).required);
  return failed === undefined ? null : `${failed.name}: ${failed.message}`;
}

/** What is seen now makes it wrong to go on. */
function whyOvertaken(plan: Plan, { action, automatic, from }: Operation, { active }: Assessment): string | null {
  if (active.site !== from) return null;
  switch (action) {
    case 'Failover':
      return automatic && plan.abortIfRecovered && active.verdict === 'Up' ? `${from} has recovered` : null;
    case 'Reprotect':
    case 'Drill':
      return active.verdict === 'Down' ? `${from} is down: it gives way to whatever that needs` : null;
    // Once the fence closes the active looks down, and should: its steps' budgets end it.
    case 'Switchover':
    case 'Failback':
      return null;
  }
}

/**
 * A failover that began on evidence goes on by evidence: until its point of no return it takes nothing from a site that
 * is not seen down now, whatever was seen when it began.
 */
export function whyWait(operation: Operation, assessment: Assessment): string | null {
  const { action, automatic, from } = operation;
  if (action !== 'Failover' || !automatic || isPastReturn(operation)) return null;
  const { site, verdict } = assessment.active;
  if (site === from && verdict === 'Down') return null;
  const seen = verdict === 'Unknown' ? 'cannot be judged now' : `is ${verdict} by what is seen now`;
  return `${from} ${seen}: it goes on when ${from} is Down again, or ends when a person aborts it`;
}
