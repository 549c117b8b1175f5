import { describe, expect, it } from '@jest/globals';
import { type Assessment, assess } from '../../src/failover/assess.ts';
import { decide } from '../../src/failover/decide.ts';
import { firstJournal, type Journal, type OperationRequest } from '../../src/failover/journal.ts';
import type { SeenObservation, StandbyLook } from '../../src/failover/observation.ts';
import { startOperation } from '../../src/failover/start-operation.ts';
import { simulatedPlan } from '../../src/simulator/plan.ts';
import { availableReplica, down, up } from './observations.ts';

const plan = simulatedPlan();
const now = { wallMs: Date.UTC(2030, 0, 1), monotonicMs: 0 };
const calm = firstJournal('orders', 'Automatic', false);
const request: OperationRequest = { action: 'Failover', reason: 'maintenance', acceptUpToSeconds: 30 };

function assessed(vantages: SeenObservation[], standby: StandbyLook | Error = availableReplica): Assessment {
  return assess(plan, 'primary', { vantages, standby });
}
const allDown = [down('controller'), down('dns'), down('prober-secondary')];
const allUp = [up('controller'), up('dns'), up('prober-secondary')];

function holds(assessment: Assessment, journal: Journal, asked: OperationRequest | null = null): string[] {
  const decision = decide(plan, assessment, journal, now, asked);
  return decision.kind === 'Hold' ? decision.reasons.map((reason) => reason.code) : [decision.kind];
}

describe('by itself, a plan', () => {
  it('does nothing while the active is up', () => {
    expect(decide(plan, assessed(allUp), calm, now)).toEqual({ kind: 'None' });
  });

  it('says nothing of mode or cooldown while the active is up', () => {
    const held = { ...calm, mode: 'Manual' as const, suspended: true, cooldownUntilMs: now.wallMs + 1 };
    expect(decide(plan, assessed(allUp), held, now)).toEqual({ kind: 'None' });
  });

  it('starts a failover when the active is down', () => {
    expect(decide(plan, assessed(allDown), calm, now)).toEqual({
      kind: 'Start',
      action: 'Failover',
      from: 'primary',
      to: 'secondary',
      followedBy: null,
      automatic: true,
      reason: 'primary is down',
      acceptUpToSeconds: null,
    });
  });

  it.each<{ code: string; journal: Partial<Journal> }>([
    { code: 'Manual', journal: { mode: 'Manual' } },
    { code: 'Suspended', journal: { suspended: true } },
    { code: 'Cooldown', journal: { cooldownUntilMs: now.wallMs + 1 } },
  ])('holds: $code', ({ code, journal }) => {
    expect(holds(assessed(allDown), { ...calm, ...journal })).toEqual([code]);
  });

  it('is free again the moment the cooldown ends', () => {
    expect(holds(assessed(allDown), { ...calm, cooldownUntilMs: now.wallMs })).toEqual(['Start']);
  });

  it('holds while it cannot tell, with the reasons for that', () => {
    expect(holds(assessed([down('controller')]), calm)).toEqual(['VantageSilent', 'VantageSilent', 'NoMajority']);
  });

  it('says that both sites are down, not merely that the standby is not ready', () => {
    expect(holds(assessed(allDown, { database: null }), calm)).toEqual(['StandbyMissing', 'BothSitesDown']);
  });

  it('names everything in the way at once, each with what would clear it', () => {
    const held = { ...calm, mode: 'Manual' as const, suspended: true, cooldownUntilMs: now.wallMs + 60_000 };
    const decision = decide(plan, assessed([down('controller'), up('dns')], new Error('throttled')), held, now);
    if (decision.kind !== 'Hold') throw new Error('it does not hold');
    expect(decision.reasons.map((reason) => reason.code)).toEqual([
      'Suspended',
      'SeenHealthy',
      'VantageSilent',
      'NoMajority',
      'Manual',
      'Cooldown',
      'StandbyUnreadable',
    ]);
    for (const reason of decision.reasons) expect(reason.clears).not.toBe('');
    expect(decision.reasons.find((reason) => reason.code === 'Cooldown')?.clears).toContain('2030-01-01T00:01:00.000Z');
  });

  it('decides nothing while an operation runs', () => {
    const decision = decide(plan, assessed(allDown), calm, now);
    if (decision.kind !== 'Start') throw new Error('it does not start');
    const running = startOperation(plan, calm, decision, assessed(allDown), 'controller', now);
    expect(decide(plan, assessed(allDown), running, now)).toEqual({ kind: 'None' });
    expect(decide(plan, assessed(allDown), running, now, request)).toEqual({ kind: 'None' });
  });
});

describe('at a person’s request, a plan', () => {
  it('passes mode, cooldown and a verdict that is not in', () => {
    const held = { ...calm, mode: 'Manual' as const, cooldownUntilMs: now.wallMs + 60_000 };
    for (const vantages of [allUp, [], [down('controller')]]) {
      expect(decide(plan, assessed(vantages), held, now, request)).toMatchObject({
        kind: 'Start',
        automatic: false,
        reason: 'maintenance',
        acceptUpToSeconds: 30,
      });
    }
  });

  it('passes neither suspension nor a standby that cannot be promoted', () => {
    expect(holds(assessed(allUp), { ...calm, suspended: true }, request)).toEqual(['Suspended']);
    expect(holds(assessed(allUp, { database: null }), calm, request)).toEqual(['StandbyMissing']);
  });
});
