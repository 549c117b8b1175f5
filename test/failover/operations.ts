import { type Assessment, assess } from '../../src/failover/assess.ts';
import { decide } from '../../src/failover/decide.ts';
import { firstJournal, type Journal } from '../../src/failover/journal.ts';
import type { Operation, Step, StepName } from '../../src/failover/operation.ts';
import type { Plan } from '../../src/failover/plan.ts';
import { startOperation } from '../../src/failover/start-operation.ts';
import { availableReplica, down, seen, up } from './observations.ts';

export const startedAt = { wallMs: Date.UTC(2030, 0, 1), monotonicMs: 1_000 };

/** All that the engine knows in an outage; `lagSeconds: null`: nobody ever measured it. */
export function outage(plan: Plan, lagSeconds: number | null = 5): Assessment {
  const replication = lagSeconds === null ? null : { lagSeconds, ageMs: 20_000 };
  const controller = seen({
    vantage: 'controller',
    primary: 'unreachable',
    withoutSuccessMs: 20_000,
    replication,
  });
  const vantages = [controller, down('dns'), down('prober-secondary')];
  return assess(plan, 'primary', { vantages, standby: availableReplica });
}

export function recovery(plan: Plan): Assessment {
  return assess(plan, 'primary', { vantages: plan.vantages.map(({ name }) => up(name)), standby: availableReplica });
}

/** A journal in which an automatic failover has just begun. */
export function begunJournal(plan: Plan, lagSeconds: number | null = 5): Journal {
  const calm = firstJournal(plan.name, 'Automatic', false);
  const assessment = outage(plan, lagSeconds);
  const decision = decide(plan, assessment, calm, startedAt);
  if (decision.kind !== 'Start') throw new Error('the outage does not start a failover');
  return startOperation(plan, calm, decision, assessment, 'controller', startedAt);
}

export function operationIn(journal: Journal): Operation {
  if (journal.operation === null) throw new Error('no operation is running');
  return journal.operation;
}

/** The journal with some steps in a phase. */
export function withPhases(journal: Journal, phase: Step['phase'], names: readonly StepName[]): Journal {
  const operation = operationIn(journal);
  const steps = operation.steps.map((step) => (names.includes(step.name) ? { ...step, phase } : step));
  return { ...journal, operation: { ...operation, steps } };
}
