import { errorTable } from '../../api/errors.ts';
import { findingTable } from '../../api/findings.ts';
import { conditionExplanations } from './conditions.ts';
import { eventExplanations, requestExplanations } from './events.ts';
import type { ExplainedKind, Explanation } from './explanation.ts';
import { holdExplanations } from './holds.ts';
import { failoverPhaseExplanations, planPhaseExplanations } from './phases.ts';
import { stepExplanations } from './steps.ts';

/** Every name that `understudy explain` knows, by kind. */
export const explainedKinds: readonly ExplainedKind[] = [
  { kind: 'error', where: 'what the command line, the controller and the Lambdas say', entries: errors() },
  { kind: 'finding', where: 'status.findings of a FailoverPlan', entries: findings() },
  { kind: 'hold', where: 'why nothing is done: messages and events of a FailoverPlan', entries: holdExplanations },
  { kind: 'refusal', where: 'why nobody begins a Failover', entries: requestExplanations },
  { kind: 'plan phase', where: 'status.phase of a FailoverPlan', entries: planPhaseExplanations },
  { kind: 'operation phase', where: 'status.phase of a Failover', entries: failoverPhaseExplanations },
  { kind: 'condition', where: 'status.conditions of a FailoverPlan', entries: conditionExplanations },
  { kind: 'event', where: 'kubectl describe fplan', entries: eventExplanations },
  { kind: 'step', where: 'status.steps of a Failover', entries: stepExplanations },
];

function errors(): Record<string, Explanation> {
  return Object.fromEntries(
    Object.entries(errorTable).map(([code, { title, cause, remedy }]) => [
      code,
      { means: `${title}. ${cause}`, todo: remedy },
    ]),
  );
}

function findings(): Record<string, Explanation> {
  return Object.fromEntries(
    Object.entries(findingTable).map(([code, { severity, title, why, remedy, message }]) => [
      code,
      { means: `${title} (${severity}). ${why}\nSays: ${message}`, todo: remedy },
    ]),
  );
}
