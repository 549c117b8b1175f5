import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { databasesToKeep, slotOf } from '../../../controller/desired-state/database-slots.ts';
import { servicesFailover } from '../../../controller/desired-state/services-failover.ts';
import { stackFailover } from '../../../controller/desired-state/stack-failover.ts';
import { type SettledChecks, switchSlotOf } from '../../../controller/desired-state/switch-slots.ts';
import { failoverPlanOf } from '../../../src/api/failover-plan-of.ts';
import { multiRegionAppSchema } from '../../../src/api/multi-region-app.ts';
import { type RegionalStackStatus, type StackFailover, stackFailoverSchema } from '../../../src/api/regional-stack.ts';
import { otherSite, type Site, sites } from '../../../src/api/site.ts';
import { firstStackFailover } from '../../../src/cli/render/first-install.ts';
import { advance } from '../../../src/failover/advance.ts';
import type { Assessment } from '../../../src/failover/assess.ts';
import { closeOperation } from '../../../src/failover/close-operation.ts';
import type { Start } from '../../../src/failover/decide.ts';
import { firstJournal, type Journal } from '../../../src/failover/journal.ts';
import type { Action } from '../../../src/failover/operation.ts';
import { requestAbort } from '../../../src/failover/person.ts';
import { planNow, planOf } from '../../../src/failover/plan.ts';
import { recordOutcome } from '../../../src/failover/record.ts';
import { startOperation } from '../../../src/failover/start-operation.ts';

const app = multiRegionAppSchema.parse({
  apiVersion: 'understudy.dev/v1alpha1',
  kind: 'MultiRegionApp',
  metadata: { name: 'trading', namespace: 'trading' },
  spec: { accountId: '111122223333', domain: { name: 'trading.example.com', existingZoneId: 'Z0123456789ABC' } },
});
const plan = planOf(failoverPlanOf(app));
const { accountId } = app.spec;
const now = { wallMs: Date.UTC(2030, 0, 1), monotonicMs: 1_000 };
const calm = firstJournal(plan.name, 'Automatic', false);

type Stacks = Readonly<Record<Site, StackFailover | undefined>>;
const nothing: Stacks = { primary: undefined, secondary: undefined };
const unseen: SettledChecks = { terms: [], traffic: false };

function write(
  journal: Journal,
  before: Stacks,
  settled: SettledChecks = unseen,
  statuses: Partial<Record<Site, RegionalStackStatus>> = {},
): Stacks {
  const of = (site: Site): StackFailover =>
    stackFailover({
      plan,
      journal,
      site,
      accountId,
      current: before[site],
      status: statuses[site],
      settled,
      mayFollow: true,
    });
  return { primary: of('primary'), secondary: of('secondary') };
}

function assessmentOf({ activation }: Journal): Assessment {
  return {
    active: { site: activation.active, verdict: 'Up', evidence: [], reasons: [] },
    standby: { site: otherSite(activation.active), ready: true, reasons: [] },
    loss: { observedLossSeconds: 0, worstCaseSeconds: 0 },
  };
}

function begin(journal: Journal, action: Action): Journal {
  const from = journal.activation.active;
  const start: Start = {
    kind: 'Start',
    action,
    from,
    to: otherSite(from),
    reason: 'a test',
    automatic: false,
    acceptUpToSeconds: null,
    followedBy: null,
  };
  return startOperation(planNow(plan, journal), journal, start, assessmentOf(journal), 'controller/1', now);
}

/** Each journal on the way from here to the operation's end. */
function walk(journal: Journal): Journal[] {
  const next = advance(planNow(plan, journal), journal, assessmentOf(journal), now);
  switch (next.kind) {
    case 'Write':
      return [next.journal, ...walk(next.journal)];
    case 'Complete':
      return [closeOperation(plan, journal, next.outcome, now)];
    case 'Perform': {
      const [first] = next.due;
      if (first === undefined) throw new Error('nothing is due, and it has not ended');
      const after = recordOutcome(journal, first.step, { kind: 'Done', message: '' }, now);
      return [after, ...walk(after)];
    }
  }
}

const proven = (journal: Journal): Journal =>
  journal.pendingFence === null ? journal : { ...journal, pendingFence: null, fenced: journal.pendingFence.site };

/** What a person may ask for in this state. */
function possible(journal: Journal): Action[] {
  const protectedNow = journal.switchTerm === journal.activation.term && journal.rebuilding === null;
  return protectedNow ? ['Failover', 'Switchover', 'Drill'] : ['Reprotect'];
}

/** Operations one after the other; some are called off on the way. */
const histories = fc.array(fc.record({ pick: fc.nat(), abortAt: fc.option(fc.nat(12), { nil: undefined }) }), {
  maxLength: 6,
});

function journalsOf(picks: readonly { readonly pick: number; readonly abortAt: number | undefined }[]): Journal[] {
  const all: Journal[] = [calm];
  for (const { pick, abortAt } of picks) {
    const journal = proven(all.at(-1) ?? calm);
    const actions = possible(journal);
    const action = actions[pick % actions.length] ?? 'Drill';
    const begun = begin(journal, action);
    const way = [begun, ...walk(begun)];
    const stop = abortAt === undefined ? undefined : way[abortAt];
    if (stop?.operation == null) all.push(...way);
    else all.push(...way.slice(0, (abortAt ?? 0) + 1), ...walk(requestAbort(stop, 'no more')));
  }
  return all;
}

/** Everything that is written on the way, with checks that settle or do not. */
function writtenOn(journals: readonly Journal[], settles: readonly boolean[]) {
  let stacks = nothing;
  return journals.map((journal, index) => {
    const terms = settles[index % settles.length] ? [journal.switchTerm, journal.activation.term] : [];
    const before = stacks;
    stacks = write(journal, before, { terms, traffic: terms.length > 0 });
    return { journal, before, stacks };
  });
}

const settling = fc.array(fc.boolean(), { minLength: 1, maxLength: 5 });

describe('the roles that a journal comes to', () => {
  it('are at first those of a first installation', () => {
    const settled: SettledChecks = { terms: [1], traffic: true };
    for (const site of sites) {
      const { loadBalancer: _, databaseEndpoint: __, certificate: ___, ...expected } = firstStackFailover(app, site);
      expect(write(calm, nothing, settled)[site]).toEqual(expected);
    }
    expect(servicesFailover(calm, undefined, { primary: undefined, secondary: undefined })).toEqual({
      watched: 'primary',
    });
  });

  it('are what the API server takes, in every state', () => {
    fc.assert(
      fc.property(histories, settling, (picks, settles) => {
        for (const { stacks } of writtenOn(journalsOf(picks), settles)) {
          for (const site of sites) expect(stackFailoverSchema.safeParse(stacks[site]).success).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('never go back by a term, follow only checks that exist, and never change those that are followed', () => {
    fc.assert(
      fc.property(histories, settling, (picks, settles) => {
        for (const { before, stacks } of writtenOn(journalsOf(picks), settles)) {
          for (const site of sites) {
            const [old, made] = [before[site], stacks[site]];
            expect(made?.term ?? 0).toBeGreaterThanOrEqual(old?.term ?? 0);
            const follows = made?.switch?.follows;
            if (follows !== undefined) expect(made?.switch?.[follows.slot]?.[follows.role]).toBeDefined();
            if (follows !== undefined && old?.switch?.follows?.slot === follows.slot) {
              expect(made?.switch?.[follows.slot]).toEqual(old.switch[follows.slot]);
            }
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('have at most one writer that is not fenced, unless a promotion is under way', () => {
    fc.assert(
      fc.property(histories, (picks) => {
        for (const { journal, stacks } of writtenOn(journalsOf(picks), [true])) {
          if (journal.operation !== null) continue;
          const { active } = journal.activation;
          const standby = otherSite(active);
          const inUse = (site: Site) => {
            const slot = slotOf(planNow(plan, journal).sites[site].database.identifier)?.slot ?? 'a';
            return stacks[site]?.databases?.[slot];
          };
          expect(inUse(active)?.source).toBe('');
          if (inUse(standby)?.source === '') expect(journal.switchTerm).toBeLessThan(journal.activation.term);
          else
            expect(inUse(standby)?.source).toContain(`:db:${planNow(plan, journal).sites[active].database.identifier}`);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('promote nothing by themselves: a replica becomes a writer here after AWS has said so', () => {
    let stacks = write(calm, nothing);
    for (const journal of walk(begin(calm, 'Failover'))) {
      stacks = write(journal, stacks);
      const promoted = journal.operation?.steps.find(({ name }) => name === 'promote')?.phase === 'Done';
      const isWriter = stacks.secondary?.databases?.a?.source === '';
      expect(isWriter).toBe(journal.operation === null || promoted);
    }
  });

  it('never fill a slot again that was cleared, and keep what a reprotect replaces until its turn', () => {
    fc.assert(
      fc.property(histories, (picks) => {
        const cleared = new Set<string>();
        for (const { journal, before, stacks } of writtenOn(journalsOf(picks), [true])) {
          for (const site of sites) {
            const name = (slots: StackFailover | undefined) =>
              Object.entries(slots?.databases ?? {}).map(([slot, content]) => `${site}-${slot}${content?.generation}`);
            const after = name(stacks[site]);
            for (const gone of name(before[site]).filter((each) => !after.includes(each))) cleared.add(gone);
            for (const each of after) expect(cleared).not.toContain(each);
          }
          const { rebuilding } = journal;
          if (rebuilding === null) continue;
          const slot = slotOf(rebuilding.retired)?.slot ?? 'a';
          const stays = stacks[rebuilding.site]?.databases?.[slot] !== undefined;
          const mayGo = !databasesToKeep(plan, journal).includes(rebuilding.retired);
          if (mayGo) expect(stays).toBe(false);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('are the same in a cluster that was built anew, but for what is being retired', () => {
    fc.assert(
      fc.property(histories, (picks) => {
        for (const { journal, stacks } of writtenOn(journalsOf(picks), [true])) {
          if (journal.operation !== null || journal.rebuilding !== null) continue;
          const anew = write(journal, nothing, { terms: [journal.switchTerm], traffic: true });
          expect(anew).toEqual(stacks);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('the switch', () => {
  const failedOver = proven(walk(begin(calm, 'Failover')).at(-1) ?? calm);

  it('stays as it was after a failover, whatever has settled', () => {
    const before = write(calm, nothing, { terms: [1], traffic: true });
    const after = write(failedOver, before, { terms: [1, 2], traffic: true });
    expect(after.primary?.switch).toEqual(before.primary?.switch);
    expect(after.secondary?.switch).toEqual(before.secondary?.switch);
  });

  it('has both sets while it is re-pointed, and follows the new one only once that has settled', () => {
    const repointing = walk(begin(failedOver, 'Reprotect')).find(
      ({ operation, switchTerm }) =>
        switchTerm === 1 && operation?.steps.find(({ name }) => name === 'move-journal')?.phase === 'Done',
    );
    if (repointing === undefined) throw new Error('it never comes to re-pointing');
    const before = write(failedOver, write(calm, nothing, { terms: [1], traffic: true }));
    const waiting = write(repointing, before);
    expect(waiting.secondary?.switch).toMatchObject({
      a: { standby: { takeoverTerm: 2 } },
      b: { active: { term: 2, takeoverTerm: 3 } },
      follows: { slot: 'a', role: 'standby' },
    });
    const settled = write(repointing, waiting, { terms: [1, 2], traffic: true });
    expect(settled.secondary?.switch?.follows).toEqual({ slot: switchSlotOf(2), role: 'active' });
    expect(settled.primary?.switch?.follows).toEqual({ slot: switchSlotOf(2), role: 'standby' });
  });
});

describe('what was seen', () => {
  const status: RegionalStackStatus = {
    loadBalancer: {
      arn: 'arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/app/trading-alb-dev/50dc',
      dnsName: 'alb.example',
      zoneId: 'Z1',
    },
    targetGroupArn: 'arn:aws:elasticloadbalancing:us-east-1:1:targetgroup/trading-tg-dev/73e2',
    databases: { a: { identifier: plan.sites.primary.database.identifier, endpoint: 'db.example' } },
    conditions: [],
  };

  it('is written once it is whole, and stays when the status is lost', () => {
    const seen = write(calm, nothing, unseen, { primary: status });
    expect(seen.primary).toMatchObject({
      loadBalancer: {
        dnsName: 'alb.example',
        zoneId: 'Z1',
        metricName: 'app/trading-alb-dev/50dc',
        targetGroupMetricName: 'targetgroup/trading-tg-dev/73e2',
      },
      databaseEndpoint: 'db.example',
    });
    expect(write(calm, seen)).toEqual(seen);
    expect(
      write(calm, nothing, unseen, { primary: { loadBalancer: { dnsName: 'alb.example' }, conditions: [] } }).primary,
    ).not.toHaveProperty('loadBalancer');
  });

  it('is not the address of an instance that the site does not use', () => {
    const other = { ...status, databases: { a: { identifier: 'trading-db-dev-a9', endpoint: 'old.example' } } };
    expect(write(calm, nothing, unseen, { primary: other }).primary).not.toHaveProperty('databaseEndpoint');
  });
});

describe('a fenced site', () => {
  it('needs no instances', () => {
    const failedOver = walk(begin(calm, 'Failover')).at(-1) ?? calm;
    expect(write(failedOver, nothing).primary).toMatchObject({
      role: 'standby',
      fenced: true,
      capacity: { min: 0, desired: 0 },
    });
    expect(write(failedOver, nothing).secondary).not.toHaveProperty('fenced');
  });
});
