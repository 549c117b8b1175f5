import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { assess } from '../../src/failover/assess.ts';
import type { SeenObservation, StandbyLook } from '../../src/failover/observation.ts';
import type { Plan } from '../../src/failover/plan.ts';
import { simulatedPlan } from '../../src/simulator/plan.ts';
import { availableReplica, down, seen, up, type Word } from './observations.ts';

const plan = simulatedPlan();
const windowMs = plan.windowMs;

function verdict(vantages: SeenObservation[], changes: Partial<Plan> = {}) {
  return assess({ ...plan, ...changes }, 'primary', { vantages, standby: availableReplica }).active;
}

function codes(vantages: SeenObservation[], changes: Partial<Plan> = {}): string[] {
  return verdict(vantages, changes).reasons.map((reason) => reason.code);
}

const blind = (vantage: string): SeenObservation =>
  seen({ vantage, primary: 'unreachable', secondary: 'unreachable', withoutSuccessMs: 60_000 });
const failing = (vantage: string): SeenObservation =>
  seen({ vantage, primary: 'unhealthy', withoutSuccessMs: windowMs - 1 });
const failed = { primary: 'unreachable', withoutSuccessMs: 60_000 } as const;
const silent = (vantage: string): SeenObservation => ({ ...down(vantage), unchangedMs: 60_000 });

describe('the verdict on the active site', () => {
  it.each([
    { says: 'Up', when: 'all see it', vantages: [up('controller'), up('dns'), up('prober-secondary')] },
    { says: 'Up', when: 'one sees it and nobody else can tell', vantages: [up('dns'), blind('controller')] },
    { says: 'Down', when: 'all agree', vantages: [down('controller'), down('dns'), down('prober-secondary')] },
    {
      says: 'Down',
      when: 'a majority agrees and the third is blind',
      vantages: [down('controller'), down('dns'), blind('prober-secondary')],
    },
    { says: 'Down', when: 'one outside the standby agrees with it', vantages: [down('dns'), down('prober-secondary')] },
    {
      says: 'Down',
      when: 'only the standby’s own region sees it healthy',
      vantages: [down('controller'), down('dns'), up('prober-secondary')],
    },
    {
      says: 'Suspect',
      when: 'one outside the standby sees it healthy',
      vantages: [down('controller'), up('dns'), down('prober-secondary')],
    },
    {
      says: 'Suspect',
      when: 'the window of one outside the standby is open',
      vantages: [down('controller'), failing('dns'), down('prober-secondary')],
    },
    {
      says: 'Suspect',
      when: 'all windows are open',
      vantages: [failing('controller'), failing('dns'), failing('prober-secondary')],
    },
    { says: 'Unknown', when: 'only one domain can tell', vantages: [down('controller')] },
    {
      says: 'Unknown',
      when: 'all are blind',
      vantages: [blind('controller'), blind('dns'), blind('prober-secondary')],
    },
    {
      says: 'Unknown',
      when: 'all have fallen silent',
      vantages: [silent('controller'), silent('dns'), silent('prober-secondary')],
    },
    { says: 'Unknown', when: 'nobody has looked', vantages: [] },
  ])('is $says when $when', ({ says, vantages }) => {
    expect(verdict(vantages).verdict).toBe(says);
  });

  it('is not Down while a success of a vantage that then went blind lies within the window', () => {
    const blinded = (sinceSuccessMs: number): SeenObservation =>
      seen({ vantage: 'dns', primary: 'unreachable', secondary: 'unreachable', sinceSuccessMs });
    const others = [down('controller'), down('prober-secondary')];
    expect(verdict([...others, blinded(windowMs - 1)]).verdict).toBe('Suspect');
    expect(verdict([...others, blinded(windowMs)]).verdict).toBe('Down');
  });

  it('takes a word that may be old for a success, and for no failure', () => {
    const [prober, atMostMs] = [down('prober-secondary'), 10 * windowMs];
    expect(verdict([prober, seen({ vantage: 'dns', ...failed, atMostMs: windowMs })]).verdict).toBe('Down');
    const said = verdict([prober, seen({ vantage: 'dns', ...failed, atMostMs })]);
    expect(said.verdict).toBe('Unknown');
    expect(said.evidence).toContainEqual(
      expect.objectContaining({ verdict: 'Silent', reason: 'its latest look may be 150.0 s old' }),
    );
    const both = [prober, down('controller')];
    expect(verdict([...both, seen({ vantage: 'dns', atMostMs })]).verdict).toBe('Suspect');
  });

  it('takes a success of unknown age for a new one, until it cannot be one any more', () => {
    const others = [down('dns'), down('prober-secondary')];
    const said = (atLeastMs: number, word: Partial<Word> = {}) =>
      verdict([...others, seen({ vantage: 'controller', unchangedMs: Number.POSITIVE_INFINITY, atLeastMs, ...word })]);
    expect(said(windowMs - 1).verdict).toBe('Suspect');
    expect(said(windowMs).verdict).toBe('Down');
    const failing = { primary: 'unreachable', sinceSuccessMs: 4_000 } as const;
    expect(said(windowMs - 4_001, failing).verdict).toBe('Suspect');
    expect(said(windowMs - 4_000, failing).verdict).toBe('Down');
    expect(said(0, { ...failing, sinceSuccessMs: null }).verdict).toBe('Down');
    expect(verdict([up('dns'), { ...up('controller'), unchangedMs: Number.POSITIVE_INFINITY }]).verdict).toBe('Up');
    const alone = { ...up('controller'), unchangedMs: Number.POSITIVE_INFINITY };
    expect(verdict([alone]).verdict).toBe('Unknown');
  });

  it('waits for a success of unknown age in the active’s own region only until that would have looked again', () => {
    const prober = { name: 'prober-primary', kind: 'Prober', domain: plan.sites.primary.region } as const;
    const vantages = [...plan.vantages, prober];
    const unchangedMs = Number.POSITIVE_INFINITY;
    const said = (atLeastMs: number) =>
      verdict([down('dns'), down('prober-secondary'), seen({ vantage: 'prober-primary', unchangedMs, atLeastMs })], {
        vantages,
      }).verdict;
    expect(said(plan.intervalMs * 1.5 - 1)).toBe('Suspect');
    expect(said(plan.intervalMs * 1.5)).toBe('Down');
  });

  it('does not have to make up for the silence of the active’s own region, whose success still denies it', () => {
    const prober = { name: 'prober-primary', kind: 'Prober', domain: plan.sites.primary.region } as const;
    const vantages = [...plan.vantages, prober];
    const alone = [down('dns'), down('prober-secondary'), silent('controller')];
    expect(verdict([...alone, silent('prober-primary')], { vantages }).verdict).toBe('Down');
    expect(verdict([...alone, up('prober-primary')], { vantages }).verdict).toBe('Suspect');
    expect(verdict([down('dns'), down('prober-primary')], { vantages }).verdict).toBe('Unknown');
  });

  it('needs the whole tolerance window, to the millisecond', () => {
    const at = (withoutSuccessMs: number): SeenObservation[] =>
      ['controller', 'dns'].map((vantage) => seen({ vantage, primary: 'unhealthy', withoutSuccessMs }));
    expect(verdict(at(windowMs - 1)).verdict).toBe('Suspect');
    expect(verdict(at(windowMs)).verdict).toBe('Down');
  });

  it('counts the vantages of one domain as one vote', () => {
    const sameDomain = plan.vantages.map((vantage) => ({ ...vantage, domain: 'operations' }));
    const all = [down('controller'), down('dns'), down('prober-secondary')];
    expect(verdict(all, { vantages: sameDomain }).verdict).toBe('Unknown');
    expect(codes(all, { vantages: sameDomain })).toEqual(['NoMajority']);
  });

  it('lets one success in a domain outweigh its failures', () => {
    const vantages = [...plan.vantages, { name: 'controller-2', kind: 'Controller', domain: 'operations' } as const];
    const said = [down('controller'), up('controller-2'), down('dns'), down('prober-secondary')];
    expect(verdict(said, { vantages }).verdict).toBe('Suspect');
  });

  it('is never Down by the word of the standby’s region alone', () => {
    const vantages = [{ name: 'prober-secondary', kind: 'Prober', domain: 'eu-north-1' } as const];
    expect(verdict([down('prober-secondary')], { vantages }).verdict).toBe('Unknown');
  });

  it('may be given by one domain where the plan says so, unless another sees the site', () => {
    const act = { singleDomain: 'Act' as const };
    expect(verdict([down('controller')], act).verdict).toBe('Down');
    expect(verdict([down('prober-secondary'), silent('dns')], act).verdict).toBe('Down');
    expect(verdict([down('controller'), up('dns')], act).verdict).toBe('Suspect');
  });

  it('ignores vantages that the plan does not name', () => {
    expect(verdict([down('controller'), down('a stranger'), down('another')]).verdict).toBe('Unknown');
  });

  it('says what is missing, and what would change it', () => {
    expect(codes([down('controller'), blind('dns'), silent('prober-secondary')])).toEqual([
      'VantageBlind',
      'VantageSilent',
      'NoMajority',
    ]);
    expect(codes([down('controller'), up('dns'), failing('prober-secondary')])).toEqual([
      'SeenHealthy',
      'WindowOpen',
      'NoMajority',
    ]);
    for (const reason of verdict([]).reasons) {
      expect(reason).toMatchObject({
        message: expect.stringContaining('vantage '),
        clears: expect.stringMatching(/./),
      });
    }
  });

  it('is Down only with two domains, one of them outside the standby, and no success seen outside it', () => {
    const word = fc.constantFrom(up, down, blind, failing, silent);
    fc.assert(
      fc.property(word, word, word, (controller, dns, prober) => {
        const said = verdict([controller('controller'), dns('dns'), prober('prober-secondary')]);
        const outside = [controller, dns];
        const votes = [...outside, prober].filter((one) => one === down).length;
        const denied = outside.some((one) => one === up || one === failing);
        expect(said.verdict === 'Down').toBe(votes >= 2 && outside.includes(down) && !denied);
        expect(said.reasons.length > 0).toBe(said.verdict === 'Suspect' || said.verdict === 'Unknown');
      }),
    );
  });
});

describe('the standby', () => {
  it.each<{ code: string | null; look: StandbyLook | Error }>([
    { code: null, look: availableReplica },
    { code: 'StandbyMissing', look: { database: null } },
    { code: 'StandbyNotReplica', look: { database: { status: 'available', source: null } } },
    { code: 'StandbyNotAvailable', look: { database: { status: 'backing-up', source: 'orders-primary' } } },
    { code: 'StandbyUnreadable', look: new Error('throttled') },
  ])('is not ready for one reason: $code', ({ code, look }) => {
    const { standby } = assess(plan, 'primary', { vantages: [], standby: look });
    expect(standby.ready).toBe(code === null);
    expect(standby.reasons.map((reason) => reason.code)).toEqual(code === null ? [] : [code]);
    for (const reason of standby.reasons) expect(reason.message).toContain('database orders-secondary');
  });

  it('is the other site once roles have changed', () => {
    const { standby } = assess(plan, 'secondary', { vantages: [], standby: { database: null } });
    expect(standby.reasons[0]?.message).toBe('database orders-primary in eu-west-1 does not exist');
  });
});

describe('the loss estimate', () => {
  const loss = (vantages: SeenObservation[]) => assess(plan, 'primary', { vantages, standby: availableReplica }).loss;

  it('is the lag as last measured, by whoever measured it last', () => {
    const old = { lagSeconds: 40, ageMs: 30_000 };
    const fresh = { lagSeconds: 2, ageMs: 20_000 };
    const said = [
      seen({ vantage: 'controller', replication: old }),
      seen({ vantage: 'prober-secondary', replication: fresh, unchangedMs: 1_000 }),
    ];
    expect(loss(said).observedLossSeconds).toBe(2);
    expect(loss([...said].reverse()).observedLossSeconds).toBe(2);
  });

  it('is unknown when nobody measured it', () => {
    expect(loss([down('controller'), down('dns')]).observedLossSeconds).toBeNull();
  });

  it.each([
    { sinceSuccessMs: 600_000, ageMs: 780_000, observed: 2 },
    { sinceSuccessMs: 600_000, ageMs: 780_001, observed: null },
    { sinceSuccessMs: null, ageMs: 180_000, observed: 2 },
    { sinceSuccessMs: null, ageMs: 180_001, observed: null },
  ])('is unknown when the lag was measured long before the last success: %o', ({ sinceSuccessMs, ageMs, observed }) => {
    const replication = { lagSeconds: 2, ageMs };
    const said = [seen({ vantage: 'controller', primary: 'unreachable', sinceSuccessMs, replication })];
    expect(loss(said).observedLossSeconds).toBe(observed);
  });

  it.each([
    { name: 'counts the numbers that the standby does not have', number: 95, readAgoMs: 1_000, observed: 12 },
    { name: 'is nothing when the standby has them all', number: 100, readAgoMs: 1_000, observed: 0 },
    { name: 'asks CloudWatch when the standby was looked at before', number: 95, readAgoMs: 20_000, observed: 3 },
    { name: 'takes no number that the standby has long left behind', number: 131, readAgoMs: 1_000, observed: 3 },
  ])('by the heartbeat $name', ({ number, readAgoMs, observed }) => {
    const beat = { site: 'primary', written: true, number: 100, intervalMs: 2_000, ageMs: 15_000 } as const;
    const found = { site: 'secondary', written: false, number, intervalMs: 2_000, ageMs: readAgoMs } as const;
    const replication = { lagSeconds: 3, ageMs: 15_000 };
    const said = [
      seen({ vantage: 'prober-primary', heartbeat: beat }),
      seen({ vantage: 'prober-secondary', heartbeat: found, replication }),
    ];
    expect(loss(said).observedLossSeconds).toBe(observed);
  });

  it('is not made smaller by a vantage that has only just begun to look', () => {
    const young = seen({ vantage: 'dns', primary: 'unreachable', withoutSuccessMs: 1_000, sinceSuccessMs: null });
    expect(loss([down('controller'), young]).worstCaseSeconds).toBe(60);
  });

  it('is not even bounded when nobody ever saw the active healthy, or nobody knows when', () => {
    expect(loss([])).toEqual({ observedLossSeconds: null, worstCaseSeconds: null });
    const never = seen({ vantage: 'dns', primary: 'unreachable', withoutSuccessMs: 60_000, sinceSuccessMs: null });
    const atStart = { ...down('controller'), unchangedMs: Number.POSITIVE_INFINITY };
    expect(loss([never, atStart]).worstCaseSeconds).toBeNull();
  });

  it('is at worst all that was written since anybody last saw the active, and the lag of then', () => {
    const said = [
      seen({ vantage: 'controller', primary: 'unreachable', withoutSuccessMs: 50_000 }),
      seen({
        vantage: 'dns',
        primary: 'unreachable',
        withoutSuccessMs: 40_000,
        unchangedMs: 2_000,
        replication: { lagSeconds: 3, ageMs: 0 },
      }),
    ];
    expect(loss(said).worstCaseSeconds).toBe(45);
  });
});
