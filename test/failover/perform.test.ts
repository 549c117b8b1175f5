import { describe, expect, it } from '@jest/globals';
import type { Look } from '../../src/failover/effect.ts';
import type { Journal } from '../../src/failover/journal.ts';
import { type JournalSession, LeaseLost } from '../../src/failover/journal-session.ts';
import { type Call, stepOf } from '../../src/failover/operation.ts';
import { performStep } from '../../src/failover/perform.ts';
import { PortError, type PortErrorKind } from '../../src/failover/port-error.ts';
import type { EffectHandlers, Ports } from '../../src/failover/ports.ts';
import { recordCall } from '../../src/failover/record.ts';
import { definitionOf } from '../../src/failover/steps/steps-of.ts';
import { effectsOn } from '../../src/simulator/adapters.ts';
import { Life } from '../../src/simulator/life.ts';
import { World } from '../../src/simulator/world.ts';
import { begunJournal, operationIn, startedAt, withPhases } from './operations.ts';

const world = new World();
const intended: Journal = (() => {
  const journal = begunJournal(world.plan);
  const intent = {
    call: 'PromoteReadReplica' as const,
    database: 'orders-secondary',
    epoch: 1,
    leaseTerm: 1,
    atMs: startedAt.wallMs,
  };
  return { ...journal, operation: { ...operationIn(journal), intent } };
})();
const openCall: Call = { id: 'dead/1/1', actor: 'dead', leaseTerm: 1, atMs: startedAt.wallMs, result: 'pending' };

const promote = {
  step: 'promote',
  definition: definitionOf('Failover', 'promote'),
  budgetMs: 60_000,
  effect: { kind: 'promote', site: 'secondary', database: 'orders-secondary' },
} as const;
const scale = {
  step: 'scale',
  definition: definitionOf('Failover', 'scale'),
  budgetMs: 60_000,
  effect: { kind: 'scale', site: 'secondary', desired: 2 },
} as const;

/** One round on a world that answers as told; what was done in it, in order. */
async function round(
  due: typeof promote | typeof scale,
  told: {
    readonly looks: readonly (Look['state'] | Error)[];
    readonly performs?: Error;
    readonly journal?: Journal;
    readonly lookedForMs?: number;
    readonly leaseLost?: boolean;
  },
) {
  const did: string[] = [];
  const looks = [...told.looks];
  let journal = told.journal ?? intended;
  const handler = {
    async check(): Promise<Look> {
      did.push('look');
      const state = looks.shift() ?? 'CannotTell';
      if (state instanceof Error) throw state;
      return { state, detail: state };
    },
    async perform(): Promise<void> {
      did.push('perform');
      if (told.performs !== undefined) throw told.performs;
    },
  };
  const session: JournalSession = {
    latest: () => journal,
    async update(change) {
      did.push('write');
      if (told.leaseLost) throw new LeaseLost('another');
      journal = change(journal);
      return journal;
    },
    async renewIfDue() {
      did.push('renew');
      if (told.leaseLost) throw new LeaseLost('another');
    },
  };
  const real = effectsOn(world.cloud, world.network, new Life('nobody'));
  const effects: EffectHandlers = { ...real, promote: handler, scale: handler };
  const clock: Ports['clock'] = { now: () => startedAt, sleep: () => Promise.resolve() };
  const context = {
    ports: { clock, effects } as unknown as Ports,
    session,
    timing: world.timing,
    actor: 'controller',
    lookedForMs: () => told.lookedForMs ?? 0,
    onCall: () => undefined,
  };
  const outcome = await performStep(context, due).catch((error: unknown) => error);
  const calls = stepOf(operationIn(journal), 'promote').calls.map(({ id, result }) => [id, result]);
  return { outcome, did, calls };
}

const portError = (kind: PortErrorKind): PortError => new PortError(kind, 'Code', `it is ${kind}`);

describe('any step', () => {
  it.each<{ look: Look['state'] | Error; outcome: string }>([
    { look: 'Done', outcome: 'Done' },
    { look: 'Called', outcome: 'Called' },
    { look: 'NotYet', outcome: 'Waiting' },
    { look: 'CannotTell', outcome: 'Failed' },
    { look: portError('Retryable'), outcome: 'Failed' },
  ])('is looked at first, and not performed when the look says $look', async ({ look, outcome }) => {
    for (const due of [promote, scale]) {
      expect(await round(due, { looks: [look] })).toMatchObject({ outcome: { kind: outcome }, did: ['look'] });
    }
  });
});

describe('a step that can be repeated', () => {
  it('is performed with the lease renewed, and looked at again', async () => {
    const { outcome, did } = await round(scale, { looks: ['NotDone', 'Done'] });
    expect(outcome).toMatchObject({ kind: 'Done' });
    expect(did).toEqual(['look', 'renew', 'perform', 'look']);
  });

  it('is not performed without the lease', async () => {
    const { outcome, did } = await round(scale, { looks: ['NotDone'], leaseLost: true });
    expect(outcome).toBeInstanceOf(LeaseLost);
    expect(did).not.toContain('perform');
  });

  it('is not performed any more when the operation was aborted while it was looked at', async () => {
    const journal = withPhases(intended, 'Skipped', ['scale', 'promote']);
    for (const due of [scale, promote]) {
      expect(await round(due, { looks: ['NotDone'], journal })).toMatchObject({
        outcome: { kind: 'Waiting' },
        did: ['look'],
      });
    }
  });

  it.each<[PortErrorKind, string]>([
    ['Retryable', 'Failed'],
    ['Refused', 'Failed'],
    ['OutcomeUnknown', 'Failed'],
    ['NotYet', 'Waiting'],
  ])('that is answered with %s comes out as %s', async (kind, outcome) => {
    expect(await round(scale, { looks: ['NotDone'], performs: portError(kind) })).toMatchObject({
      outcome: { kind: outcome, message: `it is ${kind}` },
    });
  });
});

describe('the irreversible step', () => {
  it('is written down before it is made', async () => {
    const { outcome, did, calls } = await round(promote, { looks: ['NotDone'] });
    expect(outcome).toMatchObject({ kind: 'Called' });
    expect(did).toEqual(['look', 'write', 'renew', 'perform']);
    expect(calls).toEqual([['controller/1/1', 'pending']]);
  });

  it('is not made without the lease', async () => {
    const { outcome, did } = await round(promote, { looks: ['NotDone'], leaseLost: true });
    expect(outcome).toBeInstanceOf(LeaseLost);
    expect(did).not.toContain('perform');
  });

  it('is not made without an intent', async () => {
    const { outcome, did } = await round(promote, { looks: ['NotDone'], journal: begunJournal(world.plan) });
    expect(outcome).toBeInstanceOf(Error);
    expect(did).toEqual(['look']);
  });

  it.each<[Error, string]>([
    [portError('Retryable'), 'refused'],
    [portError('NotYet'), 'refused'],
    [portError('Refused'), 'refused'],
    [portError('OutcomeUnknown'), 'unknown'],
    [new TypeError('a defect of the adapter'), 'unknown'],
  ])('that ends with %s is %s', async (performs, result) => {
    const { calls } = await round(promote, { looks: ['NotDone'], performs });
    expect(calls).toEqual([['controller/1/1', result]]);
  });

  it.each(['pending', 'unknown'] as const)('is looked for while an earlier one is %s', async (result) => {
    const journal = recordCall(intended, 'promote', { ...openCall, result });
    const { settleMs } = world.timing;
    const early = await round(promote, { looks: ['NotDone'], journal, lookedForMs: settleMs - 1 });
    expect(early).toMatchObject({ outcome: { kind: 'Waiting' }, did: ['look'], calls: [['dead/1/1', result]] });
    const late = await round(promote, { looks: ['NotDone'], journal, lookedForMs: settleMs });
    expect(late).toMatchObject({ outcome: { kind: 'Waiting' }, did: ['look', 'write'] });
    expect(late.calls).toEqual([['dead/1/1', 'refuted']]);
  });

  it('is never made again after one was accepted', async () => {
    const journal = recordCall(intended, 'promote', { ...openCall, result: 'accepted' });
    const again = await round(promote, { looks: ['NotDone'], journal, lookedForMs: 1e9 });
    expect(again).toMatchObject({ outcome: { kind: 'Waiting' }, did: ['look'] });
  });

  it.each(['refused', 'refuted'] as const)('may be made again after one was %s', async (result) => {
    const journal = recordCall(intended, 'promote', { ...openCall, result });
    const { calls, did } = await round(promote, { looks: ['NotDone'], journal });
    expect(did).toContain('perform');
    expect(calls).toEqual([
      ['dead/1/1', result],
      ['controller/1/2', 'pending'],
    ]);
  });
});
