import { describe, expect, it } from '@jest/globals';
import { closeOperation } from '../../src/failover/close-operation.ts';
import type { Outcome } from '../../src/failover/effect.ts';
import { journalSchema } from '../../src/failover/journal.ts';
import { type Call, type StepName, stepOf } from '../../src/failover/operation.ts';
import { grantConsent, requestAbort } from '../../src/failover/person.ts';
import { recordAlert, recordCall, recordOutcome } from '../../src/failover/record.ts';
import { pendingStep } from '../../src/failover/start-operation.ts';
import { definitionOf } from '../../src/failover/steps/steps-of.ts';
import { simulatedPlan } from '../../src/simulator/plan.ts';
import { begunJournal, operationIn, startedAt, withPhases } from './operations.ts';

const plan = simulatedPlan();
const now = startedAt;
const later = { wallMs: now.wallMs + 4_000, monotonicMs: 5_000 };
const begun = begunJournal(plan);
const idle = { ...begun, operation: null };

const failed: Outcome = { kind: 'Failed', message: 'throttled' };
const waiting: Outcome = { kind: 'Waiting', message: 'backing up' };
const called: Outcome = { kind: 'Called', message: 'accepted' };
const done: Outcome = { kind: 'Done', message: 'there' };
const call: Call = { id: 'controller/1/1', actor: 'controller', leaseTerm: 1, atMs: now.wallMs, result: 'pending' };

function phases(name: StepName, ...outcomes: Outcome[]): string[] {
  let journal = begun;
  return outcomes.map((outcome) => {
    journal = recordOutcome(journal, name, outcome, now);
    return stepOf(operationIn(journal), name).phase;
  });
}

describe('recordOutcome', () => {
  it.each<{ name: string; step: StepName; outcomes: Outcome[]; expected: string[] }>([
    {
      name: 'goes from running to called to done',
      step: 'promote',
      outcomes: [waiting, called, waiting, done],
      expected: ['Running', 'Called', 'Called', 'Done'],
    },
    {
      name: 'never gives a vital step up',
      step: 'promote',
      outcomes: [failed, failed, failed],
      expected: ['Running', 'Running', 'Running'],
    },
    {
      name: 'keeps what is called through a failed look',
      step: 'promote',
      outcomes: [called, failed],
      expected: ['Called', 'Called'],
    },
    {
      name: 'gives a best-effort step up at its last attempt',
      step: 'fence-database',
      outcomes: [waiting, failed],
      expected: ['Running', 'GaveUp'],
    },
    {
      name: 'changes nothing that is settled',
      step: 'fence-database',
      outcomes: [failed, done],
      expected: ['GaveUp', 'GaveUp'],
    },
  ])('$name', ({ step, outcomes, expected }) => {
    expect(phases(step, ...outcomes)).toEqual(expected);
  });

  it('is the same journal when nothing is new, so that nothing is written', () => {
    const once = recordOutcome(begun, 'promote', waiting, now);
    expect(recordOutcome(once, 'promote', waiting, later)).toBe(once);
    expect(recordOutcome(idle, 'promote', done, now)).toBe(idle);
  });

  it('keeps when a step began, and notes when it ended', () => {
    const journal = recordOutcome(recordOutcome(begun, 'scale', called, now), 'scale', done, later);
    expect(stepOf(operationIn(journal), 'scale')).toMatchObject({
      startedAtMs: now.wallMs,
      completedAtMs: later.wallMs,
      message: 'there',
    });
  });

  it('makes the new site the active one when its traffic is open, not before', () => {
    expect(recordOutcome(begun, 'verify-writable', done, now).activation).toEqual({ term: 1, active: 'primary' });
    expect(recordOutcome(begun, 'open-traffic', failed, now).activation).toEqual({ term: 1, active: 'primary' });
    expect(recordOutcome(begun, 'open-traffic', done, now).activation).toEqual({ term: 2, active: 'secondary' });
  });

  it.each([called, done])('takes an open call as accepted when the world shows it: $kind', (outcome) => {
    for (const result of ['pending', 'unknown'] as const) {
      const journal = recordOutcome(recordCall(begun, 'promote', { ...call, result }), 'promote', outcome, now);
      expect(stepOf(operationIn(journal), 'promote').calls).toEqual([{ ...call, result: 'accepted' }]);
    }
  });

  it.each([waiting, failed])('leaves an open call open otherwise: $kind', (outcome) => {
    const journal = recordOutcome(recordCall(begun, 'promote', call), 'promote', outcome, now);
    expect(stepOf(operationIn(journal), 'promote').calls).toEqual([call]);
  });
});

describe('recordCall', () => {
  it('keeps one entry a call, and its latest result', () => {
    const twice = recordCall(recordCall(begun, 'promote', call), 'promote', { ...call, result: 'unknown' });
    const journal = recordCall(twice, 'promote', { ...call, id: 'controller/1/2' });
    expect(stepOf(operationIn(journal), 'promote').calls.map(({ id, result }) => [id, result])).toEqual([
      ['controller/1/1', 'unknown'],
      ['controller/1/2', 'pending'],
    ]);
  });
});

describe('closeOperation', () => {
  const ended = withPhases(begun, 'Done', ['close-traffic', 'fence-database']);

  it('frees the plan for the next operation, after the cooldown, with the fence to be proven', () => {
    const closed = closeOperation(plan, ended, 'Succeeded', later);
    expect(closed).toMatchObject({
      operation: null,
      epoch: 1,
      lease: { holder: null },
      cooldownUntilMs: later.wallMs + plan.cooldownMs,
      last: { id: 'orders#1', outcome: 'Succeeded' },
      pendingFence: { site: 'primary', activationTerm: 1, reason: 'the fence is in place but not proven' },
    });
    expect(journalSchema.parse(closed)).toEqual(closed);
  });

  it('names the fences that did not succeed', () => {
    const journal = recordOutcome(begun, 'fence-database', failed, now);
    expect(closeOperation(plan, journal, 'Succeeded', later).pendingFence?.reason).toContain(
      'fence-database: throttled',
    );
  });

  it('keeps what an abort undid or could not undo, until it is seen to last or a failover made it pointless', () => {
    const unfence = (phase: 'GaveUp' | 'Done') => ({
      ...ended,
      operation: {
        ...operationIn(ended),
        steps: [
          ...operationIn(ended).steps,
          { ...pendingStep(plan, definitionOf('Failover', 'unfence')), phase, message: 'no answer' },
        ],
      },
    });
    const left = closeOperation(plan, unfence('GaveUp'), 'Aborted', later);
    expect(left.pendingUnfence).toMatchObject({ site: 'primary', activationTerm: 1, reason: 'no answer' });
    expect(journalSchema.parse(left)).toEqual(left);

    const { pendingUnfence } = left;
    expect(closeOperation(plan, { ...unfence('Done'), pendingUnfence }, 'Aborted', later)).toMatchObject({
      pendingUnfence: { site: 'primary', reason: 'a fence that was asked for may still arrive' },
    });
    expect(closeOperation(plan, { ...ended, pendingUnfence }, 'Aborted', later)).toMatchObject({ pendingUnfence });
    expect(closeOperation(plan, { ...ended, pendingUnfence }, 'Succeeded', later).pendingUnfence).toBeNull();
  });

  it('lets things settle for a tolerance window after an abort that may have cut clients off', () => {
    const steps = [
      ...operationIn(ended).steps,
      { ...pendingStep(plan, definitionOf('Failover', 'unfence')), phase: 'Done' as const },
    ];
    const unfenced = { ...ended, operation: { ...operationIn(ended), steps } };
    const { cooldownUntilMs } = closeOperation(plan, unfenced, 'Aborted', later);
    expect(cooldownUntilMs).toBe(later.wallMs + plan.windowMs);
    expect(closeOperation(plan, { ...unfenced, cooldownUntilMs: 1e15 }, 'Aborted', later).cooldownUntilMs).toBe(1e15);
  });

  it('leaves an aborted plan as it was; only a person’s abort holds for the cooldown', () => {
    expect(closeOperation(plan, ended, 'Aborted', later)).toMatchObject({
      cooldownUntilMs: 0,
      pendingFence: null,
    });
    const asked = closeOperation(plan, requestAbort(ended, 'we stay'), 'Aborted', later);
    expect(asked.cooldownUntilMs).toBe(later.wallMs + plan.cooldownMs);
  });
});

describe('everything a person or an actor notes', () => {
  it('is idempotent, and nothing without an operation', () => {
    const changes = [
      (journal: typeof begun) => grantConsent(journal, 30),
      (journal: typeof begun) => requestAbort(journal, 'we stay'),
      (journal: typeof begun) => recordAlert(journal, 'consent'),
      (journal: typeof begun) => recordCall(journal, 'promote', call),
      (journal: typeof begun) => closeOperation(plan, journal, 'Succeeded', now),
    ];
    for (const change of changes) {
      expect(change(change(begun))).toEqual(change(begun));
      expect(change(idle)).toBe(idle);
    }
  });
});
