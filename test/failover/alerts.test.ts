import { describe, expect, it } from '@jest/globals';
import { advance } from '../../src/failover/advance.ts';
import { alertsDue } from '../../src/failover/alerts.ts';
import { stepOf } from '../../src/failover/operation.ts';
import { recordAlert, recordOutcome } from '../../src/failover/record.ts';
import { simulatedPlan } from '../../src/simulator/plan.ts';
import { begunJournal, operationIn, outage, startedAt } from './operations.ts';

const plan = simulatedPlan();

describe('alertsDue', () => {
  it('asks for consent, with the number to accept', () => {
    const journal = begunJournal(plan, 99.2);
    const next = advance(plan, journal, outage(plan, 99.2), startedAt);
    if (next.kind !== 'Write') throw new Error('the gate let it pass');
    expect(alertsDue(operationIn(next.journal), () => 0)).toEqual([
      {
        key: 'consent',
        subject: 'orders#1 waits for consent',
        message: expect.stringMatching(/expected loss 99\.2 s.*accept at least 100 s/),
      },
    ]);
  });

  it('tells of a step that is over its budget, from the first millisecond after it', () => {
    const journal = recordOutcome(begunJournal(plan), 'promote', { kind: 'Waiting', message: 'backing up' }, startedAt);
    const { budgetMs } = stepOf(operationIn(journal), 'promote');
    const at = (ms: number) => alertsDue(operationIn(journal), (step) => (step === 'promote' ? ms : 0));
    expect(budgetMs).toBe(plan.rtoMs / 2);
    expect(at(budgetMs)).toEqual([]);
    expect(at(budgetMs + 1).map((alert) => [alert.key, alert.message])).toEqual([
      ['overdue/promote', expect.stringContaining('Last word: backing up. It goes on trying.')],
    ]);
  });

  it('says nothing of steps that are settled or have not begun, and nothing twice', () => {
    const wellAfter = (): number => 3_600_000;
    const begun = begunJournal(plan);
    expect(alertsDue(operationIn(begun), wellAfter)).toEqual([]);
    const waiting = recordOutcome(begun, 'scale', { kind: 'Waiting', message: '' }, startedAt);
    expect(alertsDue(operationIn(waiting), wellAfter)).toHaveLength(1);
    expect(alertsDue(operationIn(recordAlert(waiting, 'overdue/scale')), wellAfter)).toEqual([]);
    const done = recordOutcome(waiting, 'scale', { kind: 'Done', message: '' }, startedAt);
    expect(alertsDue(operationIn(done), wellAfter)).toEqual([]);
  });
});
