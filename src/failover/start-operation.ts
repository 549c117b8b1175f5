import type { Assessment } from './assess.ts';
import type { Now } from './clock.ts';
import type { Decision } from './decide.ts';
import { failoverSteps, type StepDefinition } from './failover-steps.ts';
import type { Journal } from './journal.ts';
import { acquireLease } from './lease.ts';
import type { Operation, Step } from './operation.ts';
import type { Plan } from './plan.ts';

/**
 * The journal with the decided operation in it and the lease in the starter's hands: one write, so there is never an
 * operation without an owner or an epoch used twice.
 */
export function startOperation(
  plan: Plan,
  journal: Journal,
  decision: Extract<Decision, { kind: 'Start' }>,
  assessment: Assessment,
  actor: string,
  now: Now,
): Journal {
  const epoch = journal.epoch + 1;
  const operation: Operation = {
    id: `${plan.name}#${epoch}`,
    epoch,
    action: decision.action,
    from: decision.from,
    to: decision.to,
    activationTerm: journal.activation.term + 1,
    reason: decision.reason,
    automatic: decision.automatic,
    phase: 'Running',
    startedAtMs: now.wallMs,
    actors: [{ actor, atMs: now.wallMs }],
    decision: { atMs: now.wallMs, evidence: [...assessment.active.evidence], ...assessment.loss },
    consent: { acceptUpToSeconds: decision.acceptUpToSeconds },
    abort: { requested: false, reason: '' },
    intent: null,
    steps: failoverSteps.map((definition) => pendingStep(plan, definition)),
    alerted: [],
  };
  return { ...acquireLease(journal, actor), epoch, operation };
}

export function pendingStep(plan: Plan, definition: StepDefinition): Step {
  return {
    name: definition.name,
    phase: 'Pending',
    attempts: 0,
    startedAtMs: null,
    completedAtMs: null,
    budgetMs: plan.rtoMs * definition.budgetShare,
    message: '',
    calls: [],
  };
}
