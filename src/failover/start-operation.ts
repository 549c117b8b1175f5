import { drillDatabaseIdentifier, nextDatabaseIdentifier } from '../api/names.ts';
import type { Assessment } from './assess.ts';
import type { Now } from './clock.ts';
import type { Start } from './decide.ts';
import type { Journal } from './journal.ts';
import { acquireLease } from './lease.ts';
import type { Operation, Step } from './operation.ts';
import type { Plan } from './plan.ts';
import type { StepDefinition } from './steps/step-definition.ts';
import { movesTheWriter, stepsOf } from './steps/steps-of.ts';

/**
 * The journal with the decided operation in it and the lease in the starter's hands: one write, so there is never an
 * operation without an owner or an epoch used twice.
 *
 * @param plan with the identifiers that are in use, as {@link planNow} gives it.
 */
export function startOperation(
  plan: Plan,
  journal: Journal,
  decision: Start,
  assessment: Assessment,
  actor: string,
  now: Now,
): Journal {
  const epoch = journal.epoch + 1;
  const { action, from, to } = decision;
  const databases = databasesOf(plan, journal, decision, epoch);
  const operation: Operation = {
    id: `${plan.name}#${epoch}`,
    epoch,
    action,
    from,
    to,
    databases,
    activationTerm: journal.activation.term + (movesTheWriter(action) ? 1 : 0),
    reason: decision.reason,
    requestId: decision.requestId,
    automatic: decision.automatic,
    followedBy: decision.followedBy,
    phase: 'Running',
    startedAtMs: now.wallMs,
    actors: [{ actor, atMs: now.wallMs }],
    decision: { atMs: now.wallMs, evidence: [...assessment.active.evidence], ...assessment.loss },
    consent: { acceptUpToSeconds: decision.acceptUpToSeconds },
    abort: { requested: false, reason: '' },
    intent: null,
    steps: stepsOf(action).map((definition) => pendingStep(plan, definition)),
    alerted: [],
  };
  const started = { ...acquireLease(journal, actor), epoch, operation, requested: null };
  if (action !== 'Reprotect') return started;
  // Before anything is made: whoever goes on, or begins again, means the same two instances.
  const rebuilding = databases.retired === null ? null : { site: to, retired: databases.retired };
  return { ...started, databases: { ...journal.databases, [to]: databases.to }, rebuilding };
}

function databasesOf(plan: Plan, journal: Journal, { action, from, to }: Start, epoch: number): Operation['databases'] {
  const inUse = { from: plan.sites[from].database.identifier, to: plan.sites[to].database.identifier };
  if (action === 'Drill') return { ...inUse, to: drillDatabaseIdentifier(inUse.to, epoch), retired: null };
  if (action !== 'Reprotect') return { ...inUse, retired: null };
  const begun = journal.rebuilding;
  if (begun?.site === to) return { ...inUse, retired: begun.retired };
  return { from: inUse.from, to: nextDatabaseIdentifier(inUse.to), retired: inUse.to };
}

export function pendingStep(plan: Plan, definition: StepDefinition): Step {
  return {
    name: definition.name,
    phase: 'Pending',
    attempts: 0,
    startedAtMs: null,
    completedAtMs: null,
    order: null,
    budgetMs: plan.rtoMs * definition.budgetShare,
    message: '',
    calls: [],
  };
}
