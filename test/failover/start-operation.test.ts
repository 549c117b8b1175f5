import { describe, expect, it } from '@jest/globals';
import { assess } from '../../src/failover/assess.ts';
import { closeOperation } from '../../src/failover/close-operation.ts';
import { decide } from '../../src/failover/decide.ts';
import { firstJournal, journalSchema } from '../../src/failover/journal.ts';
import { planNow } from '../../src/failover/plan.ts';
import { startOperation } from '../../src/failover/start-operation.ts';
import { failoverSteps } from '../../src/failover/steps/failover.ts';
import { simulatedPlan } from '../../src/simulator/plan.ts';
import { seen } from './observations.ts';
import { begunJournal, operationIn, startedAt } from './operations.ts';

const plan = simulatedPlan();

describe('startOperation', () => {
  const journal = begunJournal(plan, 5);
  const operation = operationIn(journal);

  it('takes the lease and a new epoch in the same write', () => {
    expect(journal.lease).toEqual({ holder: 'controller', term: 1, renewals: 1 });
    expect(journal.epoch).toBe(1);
    expect(operation).toMatchObject({ id: 'orders#1', epoch: 1, from: 'primary', to: 'secondary', activationTerm: 2 });
    expect(journal.activation).toEqual({ term: 1, active: 'primary' });
  });

  it('records who decided, on what evidence, at what loss', () => {
    expect(operation.actors).toEqual([{ actor: 'controller', atMs: startedAt.wallMs }]);
    expect(operation.decision).toMatchObject({ atMs: startedAt.wallMs, observedLossSeconds: 5, worstCaseSeconds: 25 });
    expect(operation.decision.evidence.map(({ vantage, verdict }) => [vantage, verdict])).toEqual([
      ['controller', 'Down'],
      ['dns', 'Down'],
      ['prober-secondary', 'Down'],
    ]);
  });

  it('has every step pending, with its share of the objective', () => {
    expect(operation.steps.map((step) => step.name)).toEqual(failoverSteps.map((step) => step.name));
    expect(operation.steps.every((step) => step.phase === 'Pending' && step.attempts === 0)).toBe(true);
    expect(operation.steps.find((step) => step.name === 'promote')?.budgetMs).toBe(150_000);
    expect(operation.intent).toBeNull();
  });

  it('is a journal that another actor can read', () => {
    expect(journalSchema.parse(JSON.parse(JSON.stringify(journal)))).toEqual(journal);
  });
});

describe('whose word an operation serves', () => {
  const asked = { id: 'uid-1', action: 'Failback', reason: 'calm again', acceptUpToSeconds: null } as const;
  const failedOver = {
    ...firstJournal('orders', 'Automatic', false),
    activation: { term: 2, active: 'secondary' },
  } as const;
  const healthy = plan.vantages.map(({ name }) => seen({ vantage: name, primary: 'unhealthy', secondary: 'healthy' }));
  const noReplica = { database: { status: 'available', source: null } };
  const assessment = assess(planNow(plan, failedOver), 'secondary', { vantages: healthy, standby: noReplica });

  it('stays with both halves of a failback', () => {
    const decision = decide(plan, assessment, failedOver, startedAt, asked);
    if (decision.kind !== 'Start') throw new Error(`it does not start: ${JSON.stringify(decision)}`);
    const first = startOperation(plan, failedOver, decision, assessment, 'controller', startedAt);
    expect(operationIn(first)).toMatchObject({ action: 'Reprotect', requestId: 'uid-1', followedBy: 'Failback' });
    expect(closeOperation(plan, first, 'Succeeded', startedAt).requested).toEqual(asked);
  });
});
