import { formatDuration } from '../../src/api/duration.ts';
import type { FailoverPhase, FailoverStatus, FailoverStep } from '../../src/api/failover.ts';
import type { HistoryRecord } from '../../src/failover/journal-export.ts';
import { lossToAccept } from '../../src/failover/loss-to-accept.ts';
import type { Operation, Step } from '../../src/failover/operation.ts';
import { verdictOf } from '../failover-plan/plan-evidence.ts';
import { operationWords, stepInHand } from '../failover-plan/plan-phase.ts';
import { measuredOf } from './measured.ts';

/** What a status says of an operation; conditions are whoever writes it's to add. Pure. */
export type OperationFields = Omit<FailoverStatus, 'conditions' | 'observedGeneration'>;

/** @param how `kubectl` for the object that people would change to answer it. */
export function runningFields(
  operation: Operation,
  how: { readonly consent: (amount: string) => string },
): OperationFields {
  const step = stepInHand(operation);
  const waits = operation.phase === 'WaitingForConsent';
  const answer = waits ? ` ${how.consent(consentAmount(operation))}` : '';
  return {
    ...commonFields(operation),
    phase: phaseOf(operation),
    ...(step === undefined ? {} : { step: step.name }),
    message: `${operationWords(operation)}${answer}`,
  };
}

export function endedFields(record: HistoryRecord): OperationFields {
  const { outcome, abort, completedAtMs, from, to, action } = record;
  const unfinished = record.steps
    .filter(({ phase }) => phase === 'GaveUp')
    .map(({ name, message }) => `${name}: ${message}`);
  const left = unfinished.length === 0 ? '' : ` Not done: ${unfinished.join('; ')}.`;
  const did = action === 'Reprotect' || action === 'Drill' ? `in ${to}` : `from ${from} to ${to}`;
  return {
    ...commonFields(record),
    phase: outcome,
    message: outcome === 'Succeeded' ? `${action} ${did}: done.${left}` : `Called off: ${abort.reason}.${left}`,
    completedAt: timeText(completedAtMs),
  };
}

/** The least that a person must accept, as `spec.dataLoss.acceptUpTo` takes it. */
export function consentAmount(operation: Operation): string {
  const { seconds } = lossToAccept(operation);
  return Number.isFinite(seconds) ? formatDuration(Math.ceil(seconds) * 1000) : 'any';
}

function commonFields(operation: Operation): OperationFields {
  const { id, epoch, from, to, actors, steps, decision, startedAtMs } = operation;
  const { observedLossSeconds: observed, worstCaseSeconds: worst } = decision;
  const measured = measuredOf(operation);
  const at = timeText(decision.atMs);
  return {
    operationId: id,
    epoch,
    from,
    to,
    ...(actors.at(-1) === undefined ? {} : { actor: actors.at(-1)?.actor }),
    actors: actors.map(({ actor, atMs }) => ({ actor, at: timeText(atMs) })),
    steps: steps.map(shownStep),
    evidence: decision.evidence.map(({ vantage, site, verdict, reason }) => ({
      vantage,
      site,
      verdict: verdictOf(verdict),
      reason,
      at,
    })),
    ...(observed === null && worst === null
      ? {}
      : { dataLoss: { ...seconds('observed', observed), ...seconds('worstCase', worst) } }),
    ...(measured === undefined ? {} : { measured }),
    startedAt: timeText(startedAtMs),
  };
}

function phaseOf({ phase }: Operation): FailoverPhase {
  return phase === 'Aborting' ? 'Running' : phase;
}

const stepPhases: Readonly<Record<Step['phase'], FailoverStep['phase']>> = {
  Pending: 'Pending',
  Running: 'Running',
  Called: 'Running',
  Done: 'Succeeded',
  GaveUp: 'Failed',
  Left: 'Skipped',
  Skipped: 'Skipped',
};

function shownStep({ name, phase, startedAtMs, completedAtMs, attempts, budgetMs, message }: Step): FailoverStep {
  return {
    name,
    phase: stepPhases[phase],
    ...(startedAtMs === null ? {} : { startedAt: timeText(startedAtMs) }),
    ...(completedAtMs === null ? {} : { completedAt: timeText(completedAtMs) }),
    attempts,
    budget: formatDuration(Math.round(budgetMs)),
    ...(message === '' ? {} : { message }),
  };
}

function seconds<Key extends string>(key: Key, value: number | null): { [Name in Key]?: string } {
  return (value === null ? {} : { [key]: formatDuration(Math.round(value * 1000)) }) as { [Name in Key]?: string };
}

function timeText(ms: number): string {
  return new Date(ms).toISOString();
}
