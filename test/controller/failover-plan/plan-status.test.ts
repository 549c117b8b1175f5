import { describe, expect, it } from '@jest/globals';
import { planConditions } from '../../../controller/failover-plan/plan-conditions.ts';
import { deletionOf } from '../../../controller/failover-plan/plan-deletion.ts';
import { phaseOf } from '../../../controller/failover-plan/plan-phase.ts';
import { planStatus } from '../../../controller/failover-plan/plan-status.ts';
import { statusChange } from '../../../controller/failover-plan/status-change.ts';
import type { PlanView, Readiness } from '../../../controller/plan-runner/plan-view.ts';
import { failoverPlanOf } from '../../../src/api/failover-plan-of.ts';
import { failoverPlanStatusSchema } from '../../../src/api/failover-plan-status.ts';
import { multiRegionAppSchema } from '../../../src/api/multi-region-app.ts';
import { assess } from '../../../src/failover/assess.ts';
import { decide } from '../../../src/failover/decide.ts';
import { firstJournal, type Journal } from '../../../src/failover/journal.ts';
import type { SeenObservation } from '../../../src/failover/observation.ts';
import { predictRto } from '../../../src/failover/predicted-rto.ts';
import { known, unknown } from '../../../src/failover/readiness/fact.ts';
import type { ReadinessFacts } from '../../../src/failover/readiness/facts.ts';
import { simulatedPlan } from '../../../src/simulator/plan.ts';
import { availableReplica, down, seen, up } from '../../failover/observations.ts';
import { begunJournal, operationIn, startedAt } from '../../failover/operations.ts';
import { ready } from '../../failover/readiness/ready.ts';

const plan = simulatedPlan();
const calm = firstJournal(plan.name, 'Automatic', false);
const everybody = (say: (vantage: string) => SeenObservation) => plan.vantages.map(({ name }) => say(name));
const { spec } = failoverPlanOf(
  multiRegionAppSchema.parse({
    apiVersion: 'understudy.dev/v1alpha1',
    kind: 'MultiRegionApp',
    metadata: { name: 'orders', namespace: 'default' },
    spec: { accountId: '111122223333', domain: 'none' },
  }),
);

function viewOf(
  journal: Journal | null,
  vantages = everybody(up),
  standby: Parameters<typeof assess>[2]['standby'] = availableReplica,
): PlanView {
  const base = {
    key: 'default/orders',
    plan,
    spec,
    planHash: 'abc',
    actor: 'controller/1',
    readiness: null,
    trouble: null,
    declined: new Map(),
  };
  if (journal === null) return { ...base, journal, decided: null };
  const assessment = assess(plan, journal.activation.active, { vantages, standby });
  return { ...base, journal, decided: { journal, assessment, decision: decide(plan, assessment, journal, startedAt) } };
}

const pending = { site: 'primary', activationTerm: 1, sinceMs: 0, reason: 'its region is dark' } as const;

describe('the phase of a plan', () => {
  it.each<[string, PlanView, string, RegExp]>([
    ['nothing is known', viewOf(null), 'Unknown', /not been read/],
    ['all is well', viewOf(calm), 'Protected', /primary .* serves, and secondary .* can take over/],
    ['it is suspended', viewOf({ ...calm, suspended: true }), 'Degraded', /spec\.suspended/],
    ['the former active may still write', viewOf({ ...calm, pendingFence: pending }), 'Degraded', /its region is dark/],
    [
      'there is no replica',
      viewOf(calm, everybody(up), { database: null }),
      'Unprotected',
      /does not exist.*What would change it/,
    ],
    [
      'the switch has not been re-pointed',
      viewOf({ ...calm, activation: { term: 2, active: 'primary' } }),
      'Unprotected',
      /understudy reprotect orders/,
    ],
    ['nobody has looked', viewOf(calm, []), 'Unknown', /reported nothing.*What would change it/],
    [
      'it is down, and a person must start',
      viewOf({ ...calm, mode: 'Manual' }, everybody(down)),
      'Suspect',
      /looks down, and nothing is done yet.*Manual/,
    ],
    [
      'it is down',
      viewOf(calm, everybody(down)),
      'Suspect',
      /looks down to enough .*, and a failover to secondary .* begins/,
    ],
    [
      'a vantage sees it fail',
      viewOf(calm, [seen({ vantage: 'controller', primary: 'unreachable', withoutSuccessMs: 1_000 }), up('dns')]),
      'Suspect',
      /looks bad/,
    ],
    [
      'a failover runs',
      viewOf(begunJournal(plan), everybody(down)),
      'FailingOver',
      /orders#1: Failover from primary to secondary/,
    ],
  ])('when %s', (_when, view, phase, message) => {
    const words = phaseOf(view);
    expect(words.phase).toBe(phase);
    expect(words.message).toMatch(message);
  });

  it('is not that of the former active, right after a takeover', () => {
    const takenOver: Journal = { ...calm, activation: { term: 2, active: 'secondary' } };
    const words = phaseOf({ ...viewOf(takenOver), decided: viewOf(calm, everybody(down)).decided });
    expect(words).toMatchObject({ phase: 'Unprotected', message: expect.stringMatching(/^secondary .* serves/) });
  });

  it('does not call a drill a failover', () => {
    const journal = begunJournal(plan);
    const operation = { ...operationIn(journal), action: 'Drill' as const };
    const words = phaseOf({ ...viewOf(calm), journal: { ...journal, operation } });
    expect(words).toMatchObject({ phase: 'Protected', message: expect.stringContaining('Drill in secondary') });
  });
});

describe('the status of a plan', () => {
  const now = new Date('2026-01-01T00:00:00Z');
  const later = new Date('2026-01-01T01:00:00Z');
  const common = { generation: 4, roles: undefined, lastFailover: undefined };
  const statusOf = (view: PlanView, before = undefined as ReturnType<typeof planStatus> | undefined, at = now) =>
    planStatus({ ...common, view, before, now: at });

  it('is what the API server takes', () => {
    for (const view of [viewOf(null), viewOf(calm), viewOf(begunJournal(plan), everybody(down))]) {
      expect(failoverPlanStatusSchema.safeParse(JSON.parse(JSON.stringify(statusOf(view)))).error).toBeUndefined();
    }
  });

  it('stays the same while it says nothing new, however late it is', () => {
    const before = statusOf(viewOf(calm));
    expect(statusChange(before, statusOf(viewOf(calm), before, later))).toBe('None');
  });

  it('tells numbers that moved from what somebody waits for', () => {
    const lagging = (lagSeconds: number) =>
      viewOf(
        calm,
        everybody((vantage) => seen({ vantage, replication: { lagSeconds, ageMs: 0 } })),
      );
    const before = statusOf(lagging(1));
    expect(statusChange(before, statusOf(lagging(1.2), before))).toBe('Faint');
    expect(before.replicationLag).toBe('1s');
    expect(statusChange(before, statusOf(viewOf({ ...calm, suspended: true }), before))).toBe('Plain');
    expect(statusChange(undefined, before)).toBe('Plain');
  });

  it('shows no lag where nothing replicates', () => {
    const measured = everybody((vantage) => seen({ vantage, replication: { lagSeconds: 1, ageMs: 0 } }));
    expect(statusOf(viewOf(calm, measured))).toHaveProperty('replicationLag', '1s');
    const takenOver: Journal = { ...calm, activation: { term: 2, active: 'primary' } };
    expect(statusOf(viewOf(takenOver, measured))).not.toHaveProperty('replicationLag');
    expect(statusOf(viewOf({ ...calm, fenced: 'secondary' }, measured))).not.toHaveProperty('replicationLag');
  });

  it('says of every condition which generation it speaks of', () => {
    const { conditions = [] } = statusOf(viewOf(calm));
    expect(conditions.map(({ observedGeneration }) => observedGeneration)).toEqual(conditions.map(() => 4));
  });
});

describe('whether the functions agree with the controller', () => {
  const { spec: withWitness } = failoverPlanOf(
    multiRegionAppSchema.parse({
      apiVersion: 'understudy.dev/v1alpha1',
      kind: 'MultiRegionApp',
      metadata: { name: 'orders', namespace: 'default' },
      spec: { accountId: '111122223333', detection: { witness: true } },
    }),
  );
  const parameter = '/orders/dev/plan';
  type Held = ReadinessFacts['witnessPlan'];
  const agreed = (primary: Held, secondary: Held, witnessPlan: Held) => {
    const { primary: east, secondary: west } = ready.sites;
    const sites = { primary: { ...east, heldPlan: primary }, secondary: { ...west, heldPlan: secondary } };
    const predictedRto = predictRto(plan, ready);
    const readiness: Readiness = { facts: { ...ready, sites, witnessPlan }, findings: [], predictedRto };
    const view = { ...viewOf(calm), spec: withWitness, readiness };
    return planConditions(view, phaseOf(view), undefined).find(({ type }) => type === 'Agreed');
  };
  const holds = (hash: string | null): Held => known({ parameter, hash });

  it('is shown with the hash that all of them work by', () => {
    expect(agreed(holds('abc'), holds('abc'), holds('abc'))).toMatchObject({
      status: 'True',
      reason: 'SamePlan',
      message: 'The functions in us-east-1, us-west-2, us-east-2 work by plan abc.',
    });
  });

  it.each<[string, Held, string]>([
    ['another hash', holds('def'), 'def'],
    ['something that is no plan', holds(null), 'no plan'],
  ])('is denied with both where one holds %s', (_what, held, named) => {
    const expected = {
      status: 'False',
      reason: 'AnotherPlan',
      message: expect.stringContaining(`in us-west-2 has ${named}, the controller abc`),
    };
    expect(agreed(holds('abc'), held, holds('abc'))).toMatchObject(expected);
    expect(agreed(holds('abc'), holds('abc'), held)).toMatchObject({
      ...expected,
      message: expect.stringContaining(`in us-east-2 has ${named}, the controller abc`),
    });
  });

  it('is open while a region does not say, and no question where there are no functions', () => {
    expect(agreed(holds('abc'), unknown('it is dark'), holds('abc'))).toMatchObject({
      status: 'Unknown',
      message: 'secondary: it is dark',
    });
    expect(agreed(known(null), known(null), known(null))).toMatchObject({ status: 'True', reason: 'NoFunctions' });
    const view = viewOf(calm);
    const unasked = planConditions(view, phaseOf(view), undefined).find(({ type }) => type === 'Agreed');
    expect(unasked).toMatchObject({ status: 'Unknown', reason: 'NotLookedAt' });
  });
});

describe('the deletion of a plan', () => {
  const asked = 1_000_000;

  it.each<[string, Journal, string]>([
    ['an operation runs', begunJournal(plan), 'OperationRunning'],
    ['a former active may still write', { ...calm, suspended: true, pendingFence: pending }, 'FencePending'],
    ['an abort has not given everything back', { ...calm, suspended: true, pendingUnfence: pending }, 'UnfencePending'],
    ['another actor might still begin something', calm, 'NotSuspendedYet'],
  ])('is held while %s', (_while, journal, reason) => {
    expect(deletionOf(viewOf(journal), asked, asked + 10_000_000)).toMatchObject({ kind: 'Hold', reason });
  });

  it('goes through when every actor holds', () => {
    expect(deletionOf(viewOf({ ...calm, suspended: true }), asked, asked)).toMatchObject({ kind: 'Release' });
  });

  it('waits a while for a journal that nobody can read, and not for ever', () => {
    expect(deletionOf(viewOf(null), asked, asked + 1_000)).toMatchObject({ kind: 'Hold' });
    expect(deletionOf(undefined, asked, asked + 120_000)).toMatchObject({ kind: 'Release' });
  });
});
