import { expect, it } from '@jest/globals';
import { FailoverReconciler } from '../../../controller/failover/failover-reconciler.ts';
import type { FailoverWriter } from '../../../controller/failover/failover-writer.ts';
import type { FailoverObject } from '../../../controller/kinds.ts';
import type { PlanRunner } from '../../../controller/plan-runner/plan-runner.ts';
import { systemClock } from '../../../src/aws/system-clock.ts';
import { firstJournal, type Journal } from '../../../src/failover/journal.ts';
import { simulatedPlan } from '../../../src/simulator/plan.ts';
import { begunJournal, operationIn } from '../../failover/operations.ts';
import { planObject } from '../running-controller.ts';

const key = 'apps/trading';
const accepted = {
  type: 'Accepted',
  status: 'True',
  reason: 'Begun',
  message: '',
  lastTransitionTime: '2026-01-01T00:00:00Z',
} as const;
const wish: FailoverObject = {
  apiVersion: 'understudy.dev/v1alpha1',
  kind: 'Failover',
  metadata: { name: 'wish', namespace: 'apps', uid: 'uid-1', generation: 1 },
  spec: { planRef: { name: 'trading' }, action: 'Failover', reason: 'a test', dryRun: false, abort: false },
  status: { phase: 'Running', conditions: [accepted] },
};

it('asks for nothing again whose end it has just written down, while its copy of the object is an older one', async () => {
  const operation = { ...operationIn(begunJournal({ ...simulatedPlan(), name: 'trading' })), requestId: 'uid-1' };
  const { id, action } = operation;
  const last = { id, action, outcome: 'Succeeded', completedAtMs: 1 } as const;
  let journal: Journal = { ...firstJournal('trading', 'Automatic', false), epoch: 1, last };
  const written: unknown[] = [];
  const runner = {
    get: () => ({ key, journal, decided: null, declined: new Map(), trouble: null }),
    updateJournal: async (_key: string, change: (journal: Journal) => Journal) => {
      journal = change(journal);
      return journal;
    },
  };
  const writer = {
    write: async (_object: unknown, fields: { readonly phase?: string }) => void written.push(fields.phase),
  };
  const reconciler = new FailoverReconciler({
    clock: systemClock,
    runner: runner as unknown as PlanRunner,
    writer: writer as unknown as FailoverWriter,
    plan: () => planObject('http://127.0.0.1:1'),
    failovers: () => [wish],
    history: async () => ({ records: [{ ...operation, outcome: 'Succeeded', completedAtMs: 1 }], missing: [] }),
  });
  const { signal } = new AbortController();
  await reconciler.reconcile(key, { signal });
  await reconciler.reconcile(key, { signal });
  expect(journal.requested).toBeNull();
  expect(written).toEqual(['Succeeded']);
});
