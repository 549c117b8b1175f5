import { describe, expect, it } from '@jest/globals';
import { advance } from '../../src/failover/advance.ts';
import { type Assessment, assess } from '../../src/failover/assess.ts';
import { closeOperation } from '../../src/failover/close-operation.ts';
import { decide } from '../../src/failover/decide.ts';
import type { Outcome } from '../../src/failover/effect.ts';
import { firstJournal, type Journal } from '../../src/failover/journal.ts';
import type { SeenObservation } from '../../src/failover/observation.ts';
import { type Action, type StepName, stepOf } from '../../src/failover/operation.ts';
import { requestAbort } from '../../src/failover/person.ts';
import { planNow } from '../../src/failover/plan.ts';
import { recordOutcome } from '../../src/failover/record.ts';
import { startOperation } from '../../src/failover/start-operation.ts';
import { simulatedPlan } from '../../src/simulator/plan.ts';
import { availableReplica, down, seen, up } from './observations.ts';
import { startedAt as now, operationIn } from './operations.ts';

const plan = simulatedPlan();
const calm = firstJournal('orders', 'Automatic', false);
/** After a failover that has been fenced: the secondary is active, and nothing protects it. */
const failedOver: Journal = {
  ...calm,
  epoch: 1,
  activation: { term: 2, active: 'secondary' },
  fenced: 'primary',
  last: { id: 'orders#1', action: 'Failover', outcome: 'Succeeded', completedAtMs: now.wallMs },
};
const everybody = (say: (vantage: string) => SeenObservation) => plan.vantages.map(({ name }) => say(name));
const healthy = everybody(up);
const healthyAway = everybody((vantage) => seen({ vantage, primary: 'unhealthy', secondary: 'healthy' }));
const notAReplica = { database: { status: 'available', source: null } };

function assessed(
  journal: Journal,
  vantages = healthy,
  standby: Parameters<typeof assess>[2]['standby'] = availableReplica,
) {
  return assess(planNow(plan, journal), journal.activation.active, { vantages, standby });
}
const allWell = assessed(calm);
const unprotected = assessed(failedOver, healthyAway, notAReplica);

function ask(action: Action, journal = calm, assessment = allWell) {
  const request = { action, reason: 'maintenance', acceptUpToSeconds: null };
  return decide(plan, assessment, journal, now, request);
}

function holds(action: Action, journal = calm, assessment = allWell): string[] {
  const decision = ask(action, journal, assessment);
  return decision.kind === 'Hold' ? decision.reasons.map(({ code }) => code) : [decision.kind];
}

function begun(action: Action, journal = calm, assessment = allWell): Journal {
  const decision = ask(action, journal, assessment);
  if (decision.kind !== 'Start') throw new Error(`it does not start: ${JSON.stringify(decision)}`);
  return written(startOperation(planNow(plan, journal), journal, decision, assessment, 'controller', now), assessment);
}

function written(journal: Journal, assessment: Assessment): Journal {
  const next = advance(planNow(plan, journal), journal, assessment, now);
  return next.kind === 'Write' ? written(next.journal, assessment) : journal;
}

function due(journal: Journal, assessment: Assessment): StepName[] | string {
  const next = advance(planNow(plan, journal), journal, assessment, now);
  return next.kind === 'Perform'
    ? next.due.map(({ step }) => step)
    : `${next.kind}${next.kind === 'Complete' ? ` ${next.outcome}` : ''}`;
}

/** Does all that is due, round by round; what was due in each. */
function walk(journal: Journal, assessment: Assessment): { rounds: StepName[][]; end: Journal } {
  const rounds: StepName[][] = [];
  for (let latest = journal; ; ) {
    const round = due(latest, assessment);
    if (typeof round === 'string') return { rounds, end: latest };
    rounds.push(round);
    latest = round.reduce((each, name) => settle(each, name, { kind: 'Done', message: '' }, assessment), latest);
  }
}

function settle(journal: Journal, name: StepName, outcome: Outcome, assessment: Assessment): Journal {
  return written(recordOutcome(journal, name, outcome, now), assessment);
}

describe('a switchover', () => {
  it('stops the writes last, and promotes only what has replayed all of them', () => {
    const { rounds, end } = walk(begun('Switchover'), allWell);
    expect(rounds).toEqual([
      ['scale', 'pause-reconciliation'],
      ['close-traffic', 'fence-database'],
      ['prove-fence'],
      ['verify-replayed'],
      ['promote'],
      ['verify-writable'],
      ['open-traffic', 'mark-witness'],
      ['verify-traffic'],
      ['update-desired-state', 'notify'],
    ]);
    const closed = closeOperation(plan, end, 'Succeeded', now);
    expect(closed.activation).toEqual({ term: 2, active: 'secondary' });
    expect(closed.pendingFence).toMatchObject({ site: 'primary', activationTerm: 1 });
    expect(closed.cooldownUntilMs).toBe(now.wallMs + plan.cooldownMs);
  });

  it.each<StepName>(['scale', 'close-traffic', 'fence-database', 'prove-fence', 'verify-replayed'])(
    'is called off when %s does not come to pass in time',
    (name) => {
      let journal = begun('Switchover');
      for (let round = due(journal, allWell); !round.includes(name); round = due(journal, allWell)) {
        if (typeof round === 'string') throw new Error(`${name} is never due`);
        journal = round.reduce((each, one) => settle(each, one, { kind: 'Done', message: '' }, allWell), journal);
      }
      journal = settle(journal, name, { kind: 'Failed', message: 'too slow', final: true }, allWell);
      expect(operationIn(journal)).toMatchObject({ phase: 'Aborting', intent: null });
      expect(operationIn(journal).abort.reason).toContain(name);
      const { rounds, end } = walk(journal, allWell);
      expect(rounds.flat()).toEqual(
        name === 'scale' ? ['resume-reconciliation'] : ['unfence', 'resume-reconciliation'],
      );
      expect(due(end, allWell)).toBe('Complete Aborted');
      expect(closeOperation(plan, end, 'Aborted', now).activation.active).toBe('primary');
    },
  );

  it('waits until everything is green, and names what is not', () => {
    expect(holds('Switchover', calm, assessed(calm, [down('controller')]))).toContain('ActiveNotUp');
    expect(holds('Switchover', calm, assessed(calm, healthy, notAReplica))).toEqual(['StandbyNotReplica']);
    const lagging = seen({ vantage: 'controller', replication: { lagSeconds: 300, ageMs: 0 } });
    expect(holds('Switchover', calm, assessed(calm, [lagging, up('dns'), up('prober-secondary')]))).toEqual([
      'StandbyBehind',
    ]);
    expect(holds('Switchover', failedOver, assessed(failedOver, healthyAway))).toEqual([
      'SwitchNotRepointed',
      'StandbyFenced',
    ]);
    const pending = { site: 'primary', activationTerm: 1, sinceMs: 0, reason: 'dark' } as const;
    expect(holds('Switchover', { ...calm, pendingUnfence: pending })).toEqual(['UnfencePending']);
    const { fencing: _none, ...unfenced } = plan.sites.primary;
    const request = { action: 'Switchover', reason: '', acceptUpToSeconds: null } as const;
    const without = { ...plan, sites: { ...plan.sites, primary: unfenced } };
    expect(decide(without, allWell, calm, now, request)).toMatchObject({ reasons: [{ code: 'NoFencing' }] });
  });
});

describe('a reprotect', () => {
  it('keeps a copy, builds anew, moves the journal, then the switch, and lifts the fence last', () => {
    const journal = begun('Reprotect', failedOver, unprotected);
    expect(operationIn(journal)).toMatchObject({
      from: 'secondary',
      to: 'primary',
      activationTerm: 2,
      databases: { from: 'orders-secondary', to: 'orders-primary-b2', retired: 'orders-primary' },
    });
    const { rounds, end } = walk(journal, unprotected);
    expect(rounds).toEqual([
      ['snapshot', 'create-replica'],
      ['verify-replica'],
      ['entitle'],
      ['repoint-switch'],
      ['retire-database'],
      ['lift-fence'],
      ['update-desired-state', 'notify'],
    ]);
    const closed = closeOperation(plan, end, 'Succeeded', now);
    expect(closed).toMatchObject({
      home: 'primary',
      switchTerm: 2,
      activation: failedOver.activation,
      databases: { primary: 'orders-primary-b2' },
      fenced: null,
      rebuilding: null,
      pendingFence: null,
      cooldownUntilMs: 0,
    });
    expect(holds('Switchover', closed, assessed(closed, healthyAway))).toEqual(['Start']);
    expect(ask('Reprotect', closed, assessed(closed, healthyAway))).toMatchObject({
      kind: 'Decline',
      reasons: [{ code: 'AlreadyProtected' }],
    });
  });

  it('moves the journal before the switch: whoever is led to a site finds the record there', () => {
    let journal = begun('Reprotect', failedOver, unprotected);
    for (const name of ['snapshot', 'create-replica', 'verify-replica'] as const) {
      journal = settle(journal, name, { kind: 'Done', message: '' }, unprotected);
    }
    expect(journal.home).toBe('secondary');
    journal = settle(journal, 'entitle', { kind: 'Done', message: '' }, unprotected);
    expect(journal).toMatchObject({ home: 'primary', switchTerm: 1 });
    expect(due(journal, unprotected)).toEqual(['repoint-switch']);
  });

  it('begun again means the same two instances', () => {
    const first = begun('Reprotect', failedOver, unprotected);
    const aborted = closeOperation(plan, written(requestAbort(first, 'not now'), unprotected), 'Aborted', now);
    expect(aborted.cooldownUntilMs).toBe(0);
    const again = begun('Reprotect', aborted, assessed(aborted, healthyAway, { database: null }));
    expect(operationIn(again).databases).toEqual(operationIn(first).databases);
  });

  it('gives way when the active goes down', () => {
    const journal = written(begun('Reprotect', failedOver, unprotected), unprotected);
    const dark = assessed(
      failedOver,
      everybody((vantage) => seen({ vantage, secondary: 'unreachable' })),
      notAReplica,
    );
    expect(dark.active.verdict).not.toBe('Up');
    const gone = { ...dark, active: { ...dark.active, verdict: 'Down' as const } };
    expect(due(written(journal, gone), gone)).toBe('Complete Aborted');
  });

  it('waits for the fence to be proven', () => {
    const pending = { site: 'primary', activationTerm: 1, sinceMs: 0, reason: 'dark' } as const;
    expect(holds('Reprotect', { ...failedOver, fenced: null, pendingFence: pending }, unprotected)).toEqual([
      'FencePending',
    ]);
  });

  it('asks a person when AWS keeps refusing, and goes on by itself when it no longer does', () => {
    const refused = { kind: 'Failed', message: 'deletion protection', refused: true } as const;
    let journal = begun('Reprotect', failedOver, unprotected);
    for (const name of ['snapshot', 'create-replica', 'verify-replica', 'entitle', 'repoint-switch'] as const) {
      journal = settle(journal, name, { kind: 'Done', message: '' }, unprotected);
    }
    const phases = [refused, refused, refused].map((outcome) => {
      journal = settle(journal, 'retire-database', outcome, unprotected);
      return operationIn(journal).phase;
    });
    expect(phases).toEqual(['Running', 'Running', 'WaitingForHuman']);
    expect(due(journal, unprotected)).toEqual(['retire-database']);
    journal = settle(journal, 'retire-database', { kind: 'Called', message: 'deleting' }, unprotected);
    expect(operationIn(journal).phase).toBe('Running');
  });

  it('begins by itself only where the plan says so, and only once the cooldown is over', () => {
    const automatic = simulatedPlan({ reprotect: 'Automatic' });
    const decided = (journal: Journal, thePlan = automatic) => decide(thePlan, unprotected, journal, now).kind;
    expect(decided(failedOver)).toBe('Start');
    expect(decided(failedOver, plan)).toBe('None');
    expect(decided({ ...failedOver, cooldownUntilMs: now.wallMs + 1 })).toBe('None');
    expect(decided({ ...failedOver, mode: 'Manual' })).toBe('None');
    expect(decided({ ...failedOver, last: null })).toBe('None');
  });
});

describe('a failback', () => {
  it('reprotects first, and then asks for itself again', () => {
    const journal = begun('Failback', failedOver, unprotected);
    expect(operationIn(journal)).toMatchObject({ action: 'Reprotect', followedBy: 'Failback' });
    const { end } = walk(journal, unprotected);
    const closed = closeOperation(plan, end, 'Succeeded', now);
    expect(closed.requested).toMatchObject({ action: 'Failback', reason: 'maintenance' });
    const ready = assessed(closed, healthyAway);
    const back = begun('Failback', closed, ready);
    expect(operationIn(back)).toMatchObject({
      action: 'Failback',
      from: 'secondary',
      to: 'primary',
      activationTerm: 3,
    });
    expect(back.requested).toBeNull();
    const home = closeOperation(plan, walk(back, ready).end, 'Succeeded', now);
    expect(home.activation).toEqual({ term: 3, active: 'primary' });
    expect(home.requested).toBeNull();
  });

  it('has nothing to do at the primary', () => {
    expect(ask('Failback')).toMatchObject({ kind: 'Decline', reasons: [{ code: 'AlreadyActive' }] });
  });

  it('is forgotten when a person aborts the first half', () => {
    const aborted = written(requestAbort(begun('Failback', failedOver, unprotected), 'no'), unprotected);
    expect(closeOperation(plan, aborted, 'Aborted', now).requested).toBeNull();
  });
});

describe('a request that has to wait', () => {
  const dark = assessed(calm, everybody(down));

  it.each<Action>(['Switchover', 'Reprotect', 'Drill'])('keeps nobody from acting on an outage: %s', (action) => {
    expect(ask(action, calm, dark)).toMatchObject({ kind: 'Start', action: 'Failover', automatic: true });
  });

  it('holds with its own reasons where the plan acts on nothing by itself', () => {
    expect(holds('Switchover', { ...calm, mode: 'Manual' }, dark)).toContain('ActiveNotUp');
  });
});

describe('a drill', () => {
  it('makes, promotes, writes to and deletes a copy, and changes nothing else', () => {
    const journal = begun('Drill');
    expect(operationIn(journal).databases).toEqual({
      from: 'orders-primary',
      to: 'orders-secondary-drill1',
      retired: null,
    });
    const { rounds, end } = walk(journal, allWell);
    expect(rounds).toEqual([
      ['create-replica'],
      ['verify-replica'],
      ['promote'],
      ['verify-writable'],
      ['retire-database'],
      ['notify'],
    ]);
    const closed = closeOperation(plan, end, 'Succeeded', now);
    const { epoch, lease, version, last, rehearsal, ...rest } = closed;
    expect(rest).toMatchObject({ activation: calm.activation, databases: {}, cooldownUntilMs: 0, cleanups: [] });
    expect(rehearsal).toMatchObject({ operation: 'orders#1', action: 'Drill' });
  });

  it('can be given up even after its promotion, and leaves nobody its copy', () => {
    let journal = begun('Drill');
    for (const name of ['create-replica', 'verify-replica'] as const) {
      journal = settle(journal, name, { kind: 'Done', message: '' }, allWell);
    }
    expect(operationIn(journal).intent).not.toBeNull();
    const aborted = written(requestAbort(journal, 'an outage'), allWell);
    expect(due(aborted, allWell)).toBe('Complete Aborted');
    expect(closeOperation(plan, aborted, 'Aborted', now).cleanups).toMatchObject([
      { site: 'secondary', database: 'orders-secondary-drill1' },
    ]);
  });

  it('leaves a copy that it could not delete to whoever comes next', () => {
    let journal = begun('Drill');
    for (const name of ['create-replica', 'verify-replica', 'promote', 'verify-writable'] as const) {
      journal = settle(journal, name, { kind: 'Done', message: '' }, allWell);
    }
    journal = settle(journal, 'retire-database', { kind: 'Failed', message: 'throttled', final: true }, allWell);
    journal = settle(journal, 'notify', { kind: 'Done', message: '' }, allWell);
    expect(stepOf(operationIn(journal), 'retire-database').phase).toBe('GaveUp');
    expect(closeOperation(plan, journal, 'Succeeded', now).cleanups).toHaveLength(1);
  });
});
