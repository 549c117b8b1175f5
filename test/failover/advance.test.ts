import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { advance } from '../../src/failover/advance.ts';
import type { Assessment } from '../../src/failover/assess.ts';
import type { Journal } from '../../src/failover/journal.ts';
import { isSettled, type StepName, stepOf } from '../../src/failover/operation.ts';
import { grantConsent, requestAbort } from '../../src/failover/person.ts';
import type { Plan } from '../../src/failover/plan.ts';
import { recordOutcome } from '../../src/failover/record.ts';
import { failoverSteps } from '../../src/failover/steps/failover.ts';
import { simulatedPlan } from '../../src/simulator/plan.ts';
import { begunJournal, operationIn, outage, recovery, startedAt, withPhases } from './operations.ts';

const plan = simulatedPlan();
const bare: Plan = simulatedPlan({ witness: undefined, dns: undefined });
const now = startedAt;
const done = { kind: 'Done', message: 'done' } as const;

/** Everything that the engine settles by itself, written down. */
function written(journal: Journal, assessment: Assessment = outage(plan), thePlan: Plan = plan): Journal {
  for (let turns = 0; turns < 20; turns += 1) {
    const next = advance(thePlan, journal, assessment, now);
    if (next.kind !== 'Write') return journal;
    journal = next.journal;
  }
  throw new Error('it never stops writing');
}

function due(journal: Journal, assessment: Assessment = outage(plan), thePlan: Plan = plan): StepName[] | string {
  const next = advance(thePlan, journal, assessment, now);
  return next.kind === 'Perform' ? next.due.map((one) => one.step) : next.kind;
}

function withDone(journal: Journal, ...names: StepName[]): Journal {
  return written(names.reduce((latest, name) => recordOutcome(latest, name, done, now), journal));
}

describe('the order of a failover', () => {
  const fenced: StepName[] = ['close-traffic', 'fence-database', 'pause-reconciliation'];

  it('fences and pauses first, in parallel', () => {
    expect(due(written(begunJournal(plan)))).toEqual(fenced);
  });

  it('passes the intent only when every fence is settled, well or badly', () => {
    let journal = withDone(written(begunJournal(plan)), 'close-traffic', 'pause-reconciliation');
    expect(operationIn(journal).intent).toBeNull();
    journal = written(recordOutcome(journal, 'fence-database', { kind: 'Failed', message: 'no answer' }, now));
    expect(stepOf(operationIn(journal), 'fence-database').phase).toBe('GaveUp');
    expect(operationIn(journal).intent).toEqual({
      call: 'PromoteReadReplica',
      database: 'orders-secondary',
      epoch: 1,
      leaseTerm: 1,
      atMs: now.wallMs,
    });
  });

  it('writes the intent by itself, and performs nothing in the same breath', () => {
    const before = [...fenced].reduce(
      (journal, name) => recordOutcome(journal, name, done, now),
      written(begunJournal(plan)),
    );
    const next = advance(plan, before, outage(plan), now);
    expect(next).toMatchObject({
      kind: 'Write',
      journal: { operation: { intent: { call: 'PromoteReadReplica' } } },
    });
  });

  it('promotes and scales in parallel, and looks for writability once the promotion is called', () => {
    const journal = withDone(written(begunJournal(plan)), ...fenced);
    expect(due(journal)).toEqual(['promote', 'scale']);
    const called = recordOutcome(journal, 'promote', { kind: 'Called', message: 'accepted' }, now);
    expect(due(called)).toEqual(['promote', 'scale', 'verify-writable']);
  });

  it('opens traffic on writability and capacity, not on RDS’s status', () => {
    const journal = recordOutcome(
      withDone(written(begunJournal(plan)), ...fenced),
      'promote',
      { kind: 'Called', message: 'accepted' },
      now,
    );
    expect(due(withDone(journal, 'verify-writable'))).toEqual(['promote', 'scale']);
    expect(due(withDone(journal, 'scale'))).toEqual(['promote', 'verify-writable']);
    expect(due(withDone(journal, 'scale', 'verify-writable'))).toEqual(['promote', 'open-traffic', 'mark-witness']);
  });

  it('is complete when every step is settled', () => {
    const names = failoverSteps.map(({ name }) => name).filter((name) => name !== 'consent' && name !== 'intent');
    const journal = names.reduce((latest, name) => withDone(latest, name), written(begunJournal(plan)));
    expect(due(journal)).toBe('Complete');
  });

  it('passes no step before those that it waits for, whatever succeeds first', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(10), { maxLength: 60 }), (choices) => {
        let journal = written(begunJournal(plan));
        for (const choice of choices) {
          const next = advance(plan, journal, outage(plan), now);
          if (next.kind !== 'Perform') break;
          const operation = operationIn(journal);
          for (const { step } of next.due) {
            const definition = failoverSteps.find(({ name }) => name === step);
            for (const other of definition?.after ?? []) expect(isSettled(stepOf(operation, other))).toBe(true);
            if (step === 'promote') expect(operation.intent).not.toBeNull();
            if (step === 'open-traffic') expect(stepOf(operation, 'verify-writable').phase).toBe('Done');
          }
          const chosen = next.due[choice % next.due.length];
          if (chosen !== undefined) journal = withDone(journal, chosen.step);
        }
      }),
    );
  });
});

describe('steps that do not apply', () => {
  it('are skipped with the reason', () => {
    const { primary, secondary } = bare.sites;
    const { fencing: _fencing, stackRef: _stack, ...bareSite } = primary;
    const { stackRef: _other, autoScalingGroup: _group, ...bareStandby } = secondary;
    const least: Plan = { ...bare, sites: { primary: bareSite, secondary: bareStandby } };
    const journal = withDone(written(begunJournal(least), outage(least), least), 'close-traffic');
    const finished = ['promote', 'verify-writable', 'open-traffic', 'notify'] as const;
    const end = finished.reduce(
      (latest, name) => written(recordOutcome(latest, name, done, now), outage(least), least),
      written(journal, outage(least), least),
    );
    const skipped = operationIn(end).steps.filter((step) => step.phase === 'Skipped');
    expect(skipped.map((step) => step.name)).toEqual([
      'fence-database',
      'pause-reconciliation',
      'scale',
      'mark-witness',
      'verify-traffic',
      'update-desired-state',
    ]);
    for (const step of skipped) expect(step.message).toMatch(/^the plan (names|has) no /);
    expect(due(end, outage(least), least)).toBe('Complete');
  });
});

describe('the consent gate', () => {
  it.each([
    { name: 'a measured loss within the budget', lag: 60, accepted: null, passes: true },
    { name: 'a measured loss above it', lag: 60.1, accepted: null, passes: false },
    { name: 'consent to less than the loss', lag: 100, accepted: 99, passes: false },
    { name: 'consent to the loss', lag: 100, accepted: 100, passes: true },
    { name: 'a loss that nobody measured, however small it may be', lag: null, accepted: null, passes: false },
    { name: 'an unmeasured loss, with consent to the worst case', lag: null, accepted: 20, passes: true },
    { name: 'an unmeasured loss, with consent to less', lag: null, accepted: 19, passes: false },
  ])('$name: passes = $passes', ({ lag, accepted, passes }) => {
    const begun = begunJournal(plan, lag);
    const seen = outage(plan, lag);
    const journal = written(accepted === null ? begun : grantConsent(begun, accepted), seen);
    expect(operationIn(journal).phase).toBe(passes ? 'Running' : 'WaitingForConsent');
    expect(stepOf(operationIn(journal), 'consent').phase).toBe(passes ? 'Done' : 'Running');
    expect(due(journal, seen)).toEqual(passes ? ['close-traffic', 'fence-database', 'pause-reconciliation'] : []);
  });

  it.each([
    { accepted: 0, passes: false },
    { accepted: 86_400, passes: false },
    { accepted: 'any' as const, passes: true },
  ])('lets a loss that nobody can bound pass by the word any alone: $accepted', ({ accepted, passes }) => {
    const begun = begunJournal(plan, null);
    const operation = operationIn(begun);
    const decision = { ...operation.decision, worstCaseSeconds: null };
    const asked = grantConsent({ ...begun, operation: { ...operation, decision } }, accepted);
    const journal = written(asked, outage(plan, null));
    expect(operationIn(journal).phase).toBe(passes ? 'Running' : 'WaitingForConsent');
    expect(stepOf(operationIn(journal), 'consent').message).toContain('the loss is unknown');
  });

  it('goes by what has been measured since, where nothing had been', () => {
    const waiting = written(begunJournal(plan, null), outage(plan, null));
    expect(operationIn(waiting).phase).toBe('WaitingForConsent');
    const known = written(waiting, outage(plan, 5));
    expect(operationIn(known)).toMatchObject({ phase: 'Running', decision: { observedLossSeconds: 5 } });
    const tooMuch = written(waiting, outage(plan, 300));
    expect(operationIn(tooMuch)).toMatchObject({ phase: 'WaitingForConsent', decision: { observedLossSeconds: 300 } });
    expect(operationIn(written(tooMuch, outage(plan, 5))).decision.observedLossSeconds).toBe(300);
  });

  it('goes on from waiting when consent comes', () => {
    const waiting = written(begunJournal(plan, 100));
    const journal = written(grantConsent(waiting, 120));
    expect(operationIn(journal).phase).toBe('Running');
    expect(stepOf(operationIn(journal), 'consent').message).toBe('a person accepts up to 120 s; expected loss 100.0 s');
  });
});

describe('an abort', () => {
  it('begins on recovery, where the plan and the operation allow it', () => {
    const begun = written(begunJournal(plan));
    expect(operationIn(written(begun, recovery(plan))).phase).toBe('Aborting');
    const stay = { ...plan, abortIfRecovered: false };
    expect(operationIn(written(begun, recovery(plan), stay)).phase).toBe('Running');
    const asked = { ...begun, operation: { ...operationIn(begun), automatic: false } };
    expect(operationIn(written(asked, recovery(plan))).phase).toBe('Running');
  });

  it('before any fence ends at once, with nothing to undo', () => {
    const journal = written(requestAbort(written(begunJournal(plan, 100)), 'we stay'));
    expect(operationIn(journal).steps.every((step) => step.phase === 'Skipped')).toBe(true);
    expect(advance(plan, journal, outage(plan), now)).toEqual({ kind: 'Complete', outcome: 'Aborted' });
  });

  it('unfences once fencing may have begun, recorded or not', () => {
    const journal = written(requestAbort(written(begunJournal(plan)), 'we stay'));
    expect(operationIn(journal).abort).toEqual({ requested: true, reason: 'we stay' });
    const next = advance(plan, journal, outage(plan), now);
    expect(next).toMatchObject({
      kind: 'Perform',
      due: [
        { step: 'unfence', effect: { kind: 'unfence', site: 'primary', activationTerm: 1 } },
        { step: 'resume-reconciliation', effect: { kind: 'resume-reconciliation', site: 'secondary' } },
      ],
    });
    expect(advance(plan, withDone(journal, 'unfence', 'resume-reconciliation'), outage(plan), now)).toEqual({
      kind: 'Complete',
      outcome: 'Aborted',
    });
  });

  it('is not turned back by a new outage', () => {
    const aborting = written(begunJournal(plan), recovery(plan));
    expect(operationIn(written(aborting, outage(plan))).phase).toBe('Aborting');
  });

  it('is too late once every step is settled: the history may say already that it succeeded', () => {
    const begun = begunJournal(plan);
    const finished = withPhases(
      begun,
      'Done',
      operationIn(begun).steps.map(({ name }) => name),
    );
    const asked = requestAbort(finished, 'too late');
    expect(operationIn(asked)).toMatchObject({ intent: null, abort: { requested: true } });
    expect(advance(plan, asked, recovery(plan), now)).toEqual({ kind: 'Complete', outcome: 'Succeeded' });
  });

  it('after the intent is ignored, asked for or seen', () => {
    const journal = withDone(written(begunJournal(plan)), 'close-traffic', 'fence-database', 'pause-reconciliation');
    expect(operationIn(journal).intent).not.toBeNull();
    const asked = written(requestAbort(journal, 'too late'), recovery(plan));
    expect(operationIn(asked).phase).toBe('Running');
    expect(due(asked, recovery(plan))).toEqual(['promote', 'scale']);
  });
});
