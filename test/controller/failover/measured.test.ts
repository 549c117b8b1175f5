import { describe, expect, it } from '@jest/globals';
import { measuredOf } from '../../../controller/failover/measured.ts';
import type { Operation, StepName } from '../../../src/failover/operation.ts';
import { simulatedPlan } from '../../../src/simulator/plan.ts';
import { begunJournal, operationIn } from '../../failover/operations.ts';

const begun = operationIn(begunJournal(simulatedPlan(), 5));
const { atMs } = begun.decision;
const intent = {
  call: 'PromoteReadReplica',
  database: 'orders-secondary',
  epoch: 1,
  leaseTerm: 1,
  atMs: atMs + 1_000,
} as const;

function completed(ends: Partial<Record<StepName, number>>, changes: Partial<Operation> = {}): Operation {
  const steps = begun.steps.map((step) => {
    const afterMs = ends[step.name];
    return afterMs === undefined ? step : { ...step, phase: 'Done' as const, completedAtMs: atMs + afterMs };
  });
  return { ...begun, intent, steps, ...changes };
}

const whole = { 'verify-writable': 61_000, 'open-traffic': 62_000, 'verify-traffic': 80_000 } as const;

describe('what was measured', () => {
  it('is nothing more than what was seen', () => {
    expect(measuredOf(begun)).toEqual({ detection: '20s' });
    expect(measuredOf({ ...begun, automatic: false })).toBeUndefined();
  });

  it('is the whole way where one actor saw all of it', () => {
    expect(measuredOf(completed(whole))).toEqual({
      detection: '20s',
      promotion: '1m',
      trafficFlip: '18s',
      rto: '1m40s',
    });
  });

  it('never takes the clock of one actor from that of another', () => {
    const actors = [...begun.actors, { actor: 'failover/us-west-2/1', atMs: atMs + 30_000 }];
    expect(measuredOf(completed(whole, { actors }))).toEqual({ detection: '20s' });
  });

  it('leaves out what a step that gave up did not see', () => {
    const operation = completed({ 'verify-writable': 61_000, 'open-traffic': 62_000 });
    expect(measuredOf(operation)).toEqual({ detection: '20s', promotion: '1m' });
  });
});
