import type { Now } from './clock.ts';
import { lossToAccept } from './loss-to-accept.ts';
import { type LossEstimate, type Operation, type Step, withStep } from './operation.ts';
import type { Plan } from './plan.ts';

/**
 * The consent gate: the loss that was measured must be within the budget, or a person must have accepted that number.
 * A loss that nobody measured is not a small loss: it needs a word too, and one that nobody can even bound needs `any`.
 *
 * @returns `null` while it waits for a person, who has been told.
 */
export function consentTransition(
  plan: Plan,
  begun: Operation,
  step: Step,
  known: LossEstimate,
  now: Now,
): { operation: Operation; message: string } | null {
  const operation = betterKnown(begun, known);
  const loss = lossToAccept(operation);
  const accepted = operation.consent.acceptUpToSeconds;
  if (loss.measured && loss.seconds <= plan.maxDataLossSeconds) {
    return pass(operation, step, `${loss.words} is within ${plan.maxDataLossSeconds} s`, now);
  }
  if (accepted === 'any' || (accepted !== null && loss.seconds <= accepted)) {
    const upTo = accepted === 'any' ? 'any loss' : `up to ${accepted} s`;
    return pass(operation, step, `a person accepts ${upTo}; ${loss.words}`, now);
  }
  const message = loss.measured ? `${loss.words} exceeds ${plan.maxDataLossSeconds} s` : loss.words;
  if (operation.phase === 'WaitingForConsent' && step.message === message) return null;
  const waiting: Step = { ...step, phase: 'Running', startedAtMs: step.startedAtMs ?? now.wallMs, message };
  return {
    operation: withStep({ ...operation, phase: 'WaitingForConsent' }, waiting),
    message: `${message}: waiting for consent to ${loss.toAccept}`,
  };
}

/**
 * What nobody had measured when the operation began may be known by now: a prober that was just starting has had its
 * first heartbeat. A number that was written down stays, since that is what a person is asked about.
 */
function betterKnown(operation: Operation, { observedLossSeconds, worstCaseSeconds }: LossEstimate): Operation {
  const { decision } = operation;
  if (decision.observedLossSeconds !== null || observedLossSeconds === null) return operation;
  return {
    ...operation,
    decision: { ...decision, observedLossSeconds, worstCaseSeconds: decision.worstCaseSeconds ?? worstCaseSeconds },
  };
}

function pass(operation: Operation, step: Step, message: string, now: Now) {
  const startedAtMs = step.startedAtMs ?? now.wallMs;
  const passed: Step = { ...step, phase: 'Done', message, startedAtMs, completedAtMs: now.wallMs };
  return { operation: withStep({ ...operation, phase: 'Running' }, passed), message };
}
