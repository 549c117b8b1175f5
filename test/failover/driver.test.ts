import { describe, expect, it } from '@jest/globals';
import type { OperationRequest } from '../../src/failover/journal.ts';
import { stepOf } from '../../src/failover/operation.ts';
import { grantConsent, requestAbort } from '../../src/failover/person.ts';
import { epochMs } from '../../src/simulator/life.ts';
import type { Sky } from '../../src/simulator/watchtower.ts';
import { World, type WorldOptions } from '../../src/simulator/world.ts';
import { operationIn } from './operations.ts';

const everyVantage = ['controller', 'dns', 'prober-secondary'];
const minute = 60_000;

/** Some time in which all was well. */
async function calmWorld(options: WorldOptions = {}): Promise<World> {
  const world = new World(options);
  await world.startProbers(everyVantage);
  await world.run(20_000);
  return world;
}

function expectSound(world: World): void {
  expect(world.crashes).toEqual([]);
  expect(world.invariants.breaches).toEqual([]);
}

describe('an outage of the active region', () => {
  it('ends in one failover, promoted once', async () => {
    const world = await calmWorld();
    world.startActor('controller');
    await world.run(20_000);
    world.darken();
    expect(await world.runUntil(() => world.outcome === 'Succeeded', 2 * minute)).toBe(true);

    expect(world.callsOf('promote')).toBe(1);
    expect(world.journal.activation).toEqual({ term: 2, active: 'secondary' });
    expect(world.cloud.leadsTo).toBe('secondary');
    expect(world.cloud.desiredActive).toBe('secondary');
    expect(world.journal.lease.holder).toBeNull();
    expect([...world.table.history.keys()]).toEqual(['orders#1']);
    expectSound(world);
  });

  it('is started by one of two actors, while the other watches', async () => {
    const world = await calmWorld();
    world.startActor('controller', { clockOffsetMs: -3_600_000 });
    world.startActor('lambda', { clockOffsetMs: 90_000 });
    world.darken();
    await world.runUntil(() => world.outcome !== null, 3 * minute);

    expect(world.journal.epoch).toBe(1);
    expect(world.callsOf('promote')).toBe(1);
    expect(world.table.history.get('orders#1')?.operation.actors).toHaveLength(1);
    expectSound(world);
  });

  it('is not held up by a fence that hangs for longer than the fence may take', async () => {
    const world = await calmWorld();
    world.startActor('controller');
    world.darken();
    await world.runUntil(() => world.journal.operation?.intent != null, 2 * minute);

    const { operation } = world.journal;
    const waitedMs = (operation?.intent?.atMs ?? 0) - (operation?.startedAtMs ?? 0);
    expect(waitedMs).toBeLessThanOrEqual(world.timing.fenceMs + 500);
    expect(world.journal.operation?.steps.find((step) => step.name === 'fence-database')?.phase).toBe('GaveUp');
  });

  it('is not held up by a Kubernetes API that hangs', async () => {
    const world = await calmWorld();
    world.addFault({ kind: 'hang' }, (call) => call.service === 'kubernetes');
    world.startActor('lambda');
    world.darken();
    await world.runUntil(() => world.journal.operation?.intent != null, 2 * minute);

    const { operation } = world.journal;
    expect((operation?.intent?.atMs ?? 0) - (operation?.startedAtMs ?? 0)).toBeLessThanOrEqual(
      world.timing.fenceMs + 500,
    );
  });

  it('fences what answers, and leaves the rest pending', async () => {
    const world = await calmWorld();
    world.addFault({ kind: 'refuse', error: 'Refused' }, (call) => call.operation === 'fence-database');
    world.cloud.sites.primary.running = 0;
    world.startActor('controller');
    await world.runUntil(() => world.outcome !== null, 2 * minute);

    const { operation } = world.table.history.get('orders#1') ?? {};
    expect(operation && stepOf(operation, 'close-traffic').phase).toBe('Done');
    expect(operation && stepOf(operation, 'fence-database').phase).toBe('GaveUp');
    expect(world.journal.pendingFence).toMatchObject({
      site: 'primary',
      activationTerm: 1,
      reason: expect.stringContaining('ec2 refused fence-database'),
    });
  });
});

describe('an actor without means on Kubernetes', () => {
  const steps = ['pause-reconciliation', 'update-desired-state'];

  it('leaves in the journal what a controller must make up for', async () => {
    const world = await calmWorld();
    world.startActor('lambda', { onKubernetes: false });
    world.darken();
    expect(await world.runUntil(() => world.outcome === 'Succeeded', 2 * minute)).toBe(true);
    expect(world.journal.leftToController).toEqual(steps);
    const { operation } = world.table.history.get('orders#1') ?? {};
    expect(operation?.steps.filter(({ phase }) => phase === 'Left').map(({ name }) => name)).toEqual(steps);
    expectSound(world);
  });

  it('leaves what Kubernetes never answered to, as well, and nothing that was done', async () => {
    const world = await calmWorld();
    world.addFault({ kind: 'refuse', error: 'Retryable' }, (call) => call.operation === 'update-desired-state');
    world.startActor('controller');
    world.darken();
    expect(await world.runUntil(() => world.outcome === 'Succeeded', 10 * minute)).toBe(true);
    expect(world.journal.leftToController).toEqual(['update-desired-state']);
  });
});

describe('a promotion whose answer is lost', () => {
  it.each([
    { happened: true, promotions: 1 },
    { happened: false, promotions: 2 },
  ])('is looked up before it is asked for again (happened: $happened)', async ({ happened, promotions }) => {
    const world = await calmWorld({ pace: { showsMs: 5_000 } });
    world.addFault({ kind: 'unknown', happened }, (call) => call.operation === 'promote', 60_000);
    world.startActor('controller');
    world.darken();
    await world.runUntil(() => world.callsOf('promote') > 0, 2 * minute);
    world.network.faults.pop();
    expect(await world.runUntil(() => world.outcome === 'Succeeded', 3 * minute)).toBe(true);

    expect(world.callsOf('promote')).toBe(promotions);
    expect(world.cloud.sites.secondary.database.promotions).toBe(1);
    const calls = stepOf(world.table.history.get('orders#1')?.operation ?? fail(), 'promote').calls;
    expect(calls.map((call) => call.result)).toEqual(happened ? ['accepted'] : ['refuted', 'accepted']);
    expectSound(world);
  });

  it('is made no second time while it may still arrive', async () => {
    const world = await calmWorld();
    world.addFault({ kind: 'late', ms: 20_000 }, (call) => call.operation === 'promote', 60_000);
    world.startActor('controller');
    world.darken();
    expect(await world.runUntil(() => world.outcome === 'Succeeded', 3 * minute)).toBe(true);
    expect(world.callsOf('promote')).toBe(1);
    expectSound(world);
  });

  it('goes on when RDS refuses for a while because it is backing up', async () => {
    const world = await calmWorld();
    world.cloud.sites.secondary.database.status = 'available';
    world.startActor('controller');
    world.darken();
    await world.runUntil(() => world.journal.operation !== null, minute);
    world.cloud.sites.secondary.database.status = 'backing-up';
    await world.run(30_000);
    expect(world.callsOf('promote')).toBe(0);
    world.cloud.sites.secondary.database.status = 'available';
    expect(await world.runUntil(() => world.outcome === 'Succeeded', minute)).toBe(true);
    expectSound(world);
  });
});

describe('a journal out of reach', () => {
  it('holds everything, says so, and goes on when it answers', async () => {
    const world = await calmWorld();
    world.startActor('controller');
    await world.run(10_000);
    world.addFault({ kind: 'refuse', error: 'Retryable' }, (call) => call.service === 'journal', 2 * minute);
    world.darken();
    await world.run(minute);
    expect(world.callsOf('promote')).toBe(0);
    expect(world.holds()).toEqual(['JournalUnreachable']);

    expect(await world.runUntil(() => world.outcome === 'Succeeded', 4 * minute)).toBe(true);
    expectSound(world);
  });

  it('stops an operation before its promotion', async () => {
    const world = await calmWorld();
    world.startActor('controller');
    world.darken();
    await world.runUntil(() => world.journal.operation !== null, 2 * minute);
    world.addFault({ kind: 'hang' }, (call) => call.service === 'journal' && call.operation === 'write', minute);
    await world.run(minute);
    expect(world.callsOf('promote')).toBe(0);
    expect(await world.runUntil(() => world.outcome === 'Succeeded', 3 * minute)).toBe(true);
    expect(world.callsOf('promote')).toBe(1);
    expectSound(world);
  });

  it('that loses every answer to a write that stands, still comes to the same end', async () => {
    const world = await calmWorld();
    world.startActor('controller');
    world.addFault(
      { kind: 'unknown', happened: true },
      (call) => call.service === 'journal' && call.operation === 'write',
      10 * minute,
    );
    world.darken();
    expect(await world.runUntil(() => world.outcome === 'Succeeded', 5 * minute)).toBe(true);
    await world.run(1_000);
    expect(world.callsOf('promote')).toBe(1);
    expect(world.table.history.get('orders#1')?.operation.steps.every((step) => step.attempts <= 1)).toBe(true);
    expect(world.events.filter((event) => event.kind === 'OperationEnded')).toHaveLength(1);
    expectSound(world);
  });
});

describe('the loss budget', () => {
  const overBudget = { lagSeconds: 300 };

  async function waiting(options: WorldOptions): Promise<World> {
    const world = await calmWorld(options);
    world.startActor('controller');
    world.darken();
    await world.runUntil(() => world.journal.operation?.phase === 'WaitingForConsent', 2 * minute);
    await world.run(minute);
    return world;
  }

  it('holds an operation back until a person accepts the measured number', async () => {
    const world = await waiting(overBudget);
    expect(world.callsOf('promote')).toBe(0);
    expect(world.cloud.notifications).toEqual(['orders#1 waits for consent']);

    world.table.put((journal) => grantConsent(journal, 299), 'a person');
    await world.run(minute);
    expect(world.callsOf('promote')).toBe(0);

    world.table.put((journal) => grantConsent(journal, 300), 'a person');
    expect(await world.runUntil(() => world.outcome === 'Succeeded', minute)).toBe(true);
    expectSound(world);
  });

  it('asks again for as long as nobody took the alert, and holds nothing up meanwhile', async () => {
    const world = await calmWorld(overBudget);
    world.addFault({ kind: 'hang' }, (call) => call.service === 'sns', 3 * minute);
    world.startActor('controller');
    world.darken();
    await world.run(2 * minute);
    expect(world.cloud.notifications).toEqual([]);
    expect(world.callsOf('notify')).toBeGreaterThan(2);
    expect(await world.runUntil(() => world.cloud.notifications.length > 0, 2 * minute)).toBe(true);
    await world.run(minute);
    expect(world.cloud.notifications).toEqual(['orders#1 waits for consent']);
    const asked = world.events.filter(
      (event) => event.kind === 'Trouble' && event.message.includes('waits for consent'),
    );
    expect(asked).toHaveLength(1);
  });

  it('tells of a step that takes too long, whatever the clock showed of who began it', async () => {
    const world = await calmWorld();
    world.addFault({ kind: 'hang' }, ({ operation }) => operation === 'check scale');
    const first = world.startActor('controller-1', { clockOffsetMs: 60 * minute });
    world.darken();
    const hasBegun = (): boolean =>
      world.journal.operation?.steps.some(({ name, startedAtMs }) => name === 'scale' && startedAtMs !== null) ?? false;
    await world.runUntil(hasBegun, 2 * minute);
    first.life.kill();
    world.startActor('controller-2');
    const { budgetMs } = stepOf(operationIn(world.journal), 'scale');
    const isTold = (): boolean => world.cloud.notifications.some((subject) => subject.includes('scale is over'));
    await world.run(budgetMs);
    expect(isTold()).toBe(false);
    expect(await world.runUntil(isTold, world.resumesWithinMs)).toBe(true);
  });

  it('asks for a word when the loss was never measured', async () => {
    const world = await waiting({ lagSeconds: null });
    expect(world.callsOf('promote')).toBe(0);
    const consent = stepOf(world.journal.operation ?? fail(), 'consent');
    expect(consent.message).toContain('replication lag was not measured');
  });

  it('gives up, and undoes what it fenced, when the active recovers meanwhile', async () => {
    const world = await waiting(overBudget);
    world.lighten();
    expect(await world.runUntil(() => world.outcome === 'Aborted', minute)).toBe(true);

    expect(world.callsOf('promote')).toBe(0);
    expect(world.cloud.serves('primary')).toBe(true);
    expect(world.cloud.sites.primary.open).toEqual(new Set([1]));
    expect(world.journal.activation.active).toBe('primary');
    expect(world.journal.cooldownUntilMs).toBeLessThanOrEqual(epochMs + world.timeline.nowMs);
    expectSound(world);
  });

  it('goes on waiting through a recovery that the plan does not abort for', async () => {
    const world = await waiting({ ...overBudget, plan: { abortIfRecovered: false } });
    world.lighten();
    await world.run(minute);
    expect(world.journal.operation?.phase).toBe('WaitingForConsent');
  });

  it('gives up on a person’s word, and holds for the cooldown', async () => {
    const world = await waiting(overBudget);
    world.table.put((journal) => requestAbort(journal, 'we stay'), 'a person');
    expect(await world.runUntil(() => world.outcome === 'Aborted', minute)).toBe(true);
    await world.run(5 * minute);
    expect(world.journal.epoch).toBe(1);
    expect(world.holds()).toContain('Cooldown');
    expectSound(world);
  });
});

describe('an abort', () => {
  it('undoes a fence that its actor did not live to record', async () => {
    const world = await calmWorld();
    const first = world.startActor('controller-1');
    world.cloud.sites.primary.running = 0;
    await world.runUntil(() => world.cloud.sites.primary.denied, 2 * minute);
    first.life.kill();
    world.table.put((journal) => requestAbort(journal, 'it was the deployment'), 'a person');
    world.startActor('controller-2');
    expect(await world.runUntil(() => world.outcome === 'Aborted', 2 * minute)).toBe(true);
    expect(world.cloud.sites.primary.denied).toBe(false);
    expect(world.cloud.sites.primary.open).toEqual(new Set([1]));
    expectSound(world);
  });

  it('undoes a fence that arrives after the abort was asked for', async () => {
    const world = await calmWorld();
    world.startActor('controller');
    world.addFault({ kind: 'late', ms: 4_000 }, (call) => call.operation === 'fence-database');
    world.addFault({ kind: 'hang' }, (call) => call.operation === 'check pause-reconciliation');
    world.cloud.sites.primary.running = 0;
    await world.runUntil(() => world.callsOf('fence-database') > 0, 2 * minute);
    world.table.put((journal) => requestAbort(journal, 'it was the deployment'), 'a person');
    expect(await world.runUntil(() => world.outcome === 'Aborted', 2 * minute)).toBe(true);
    await world.run(10_000);
    expect(world.cloud.sites.primary.denied).toBe(false);
    expectSound(world);
  });
});

describe('an abort of a site that went dark after it was fenced', () => {
  async function abortedInTheDark(): Promise<World> {
    const world = await calmWorld();
    world.addFault({ kind: 'slow', ms: 900 }, (call) => call.service === 'kubernetes');
    world.cloud.sites.primary.running = 0;
    world.startActor('controller');
    await world.runUntil(() => world.cloud.sites.primary.denied, 2 * minute);
    world.darken();
    world.table.put((journal) => requestAbort(journal, 'it was the deployment'), 'a person');
    await world.runUntil(() => world.outcome !== null, minute);
    await world.run(100);
    return world;
  }

  it('ends, and gives back what was taken as soon as the region answers', async () => {
    const world = await abortedInTheDark();
    expect(world.outcome).toBe('Aborted');
    expect(world.journal.pendingUnfence).toMatchObject({
      site: 'primary',
      activationTerm: 1,
      reason: expect.stringContaining('no answer from ec2'),
    });
    expect(world.events).toContainEqual(expect.objectContaining({ kind: 'UnfencePending', site: 'primary' }));

    world.cloud.sites.primary.running = 2;
    world.lighten();
    expect(await world.runUntil(() => world.cloud.serves('primary'), 15_000)).toBe(true);
    expect(world.cloud.sites.primary.open).toEqual(new Set([1]));
    await world.run(world.timing.settleMs + 2 * world.plan.intervalMs);
    expect(world.journal).toMatchObject({ pendingUnfence: null, lease: { holder: null } });
    expectSound(world);
  });

  it('undoes a fence that arrives after it was undone already', async () => {
    const world = await calmWorld();
    world.addFault({ kind: 'late', ms: 9_000 }, (call) => call.operation === 'close-traffic');
    world.cloud.sites.primary.running = 0;
    world.startActor('controller');
    await world.runUntil(() => world.callsOf('close-traffic') > 0, 2 * minute);
    world.cloud.sites.primary.running = 2;
    world.table.put((journal) => requestAbort(journal, 'it was the deployment'), 'a person');
    await world.runUntil(() => world.outcome === 'Aborted', minute);
    expect(await world.runUntil(() => world.cloud.sites.primary.open.size === 0, minute)).toBe(true);
    expect(await world.runUntil(() => world.journal.pendingUnfence === null, 2 * minute)).toBe(true);
    expect(world.cloud.sites.primary.open).toEqual(new Set([1]));
    expectSound(world);
  });

  it('does not keep the next failover from beginning, which drops what was to be given back', async () => {
    const world = await abortedInTheDark();
    world.startActor('cli', { request: { action: 'Failover', reason: 'it is gone', acceptUpToSeconds: 600 } });
    expect(await world.runUntil(() => world.outcome === 'Succeeded', 2 * minute)).toBe(true);
    expect(world.journal.pendingUnfence).toBeNull();
    world.lighten();
    await world.run(minute);
    expect(world.cloud.serves('primary')).toBe(false);
    expect(world.callsOf('unfence')).toBe(0);
    expectSound(world);
  });

  it('gives nothing back to a site that the journal does not call active', async () => {
    const world = await calmWorld();
    world.cloud.sites.primary.denied = true;
    const pendingUnfence = { site: 'primary' as const, activationTerm: 1, sinceMs: 0, reason: 'left by a mistake' };
    const activation = { term: 2, active: 'secondary' as const };
    world.table.put((journal) => ({ ...journal, epoch: 1, activation, pendingUnfence }), 'a mistake');
    world.startActor('controller');
    await world.run(minute);
    expect(world.cloud.sites.primary.denied).toBe(true);
    expect(world.callsOf('unfence') + world.callsOf('check unfence')).toBe(0);
  });
});

describe('an operation that began on evidence', () => {
  /** The write that starts it arrives long after it was decided, and something was seen in the meantime. */
  async function lateStart(options: WorldOptions, meanwhile: (world: World) => void): Promise<World> {
    const world = await calmWorld(options);
    world.startActor('controller');
    await world.run(1_000);
    world.darken();
    await world.run(12_000);
    world.addFault({ kind: 'late', ms: 9_000 }, (call) => call.operation === 'write', 5_000);
    await world.runUntil(() => world.callsOf('write') > 0, minute);
    meanwhile(world);
    await world.runUntil(() => world.journal.operation !== null, minute);
    return world;
  }

  it('takes nothing from a site that is seen up again, and waits for a person where it must not abort', async () => {
    const world = await lateStart({ plan: { abortIfRecovered: false } }, (late) => late.lighten());
    await world.run(2 * minute);
    expect(world.journal.operation).toMatchObject({ phase: 'Running', intent: null });
    expect(world.cloud.serves('primary')).toBe(true);
    expect(world.cloud.sites.primary.open).toEqual(new Set([1]));
    expect(stepOf(world.journal.operation ?? fail(), 'intent').message).toContain('primary is Up by what is seen now');
    expect(world.cloud.notifications).toEqual(['orders#1: intent is over its budget']);

    world.darken();
    expect(await world.runUntil(() => world.outcome === 'Succeeded', 2 * minute)).toBe(true);
    expectSound(world);
  });

  it('aborts when it is seen up again, where the plan says so, having taken nothing', async () => {
    const world = await lateStart({}, (late) => late.lighten());
    expect(await world.runUntil(() => world.outcome === 'Aborted', minute)).toBe(true);
    expect(world.callsOf('close-traffic') + world.callsOf('fence-database')).toBe(0);
  });

  it('waits while one vantage outside the standby’s region sees the site, or nobody can tell', async () => {
    const blind: Sky = { primary: 'unreachable', secondary: 'unreachable', lagSeconds: null };
    const views: ((vantage: string, sky: Sky) => Sky)[] = [
      (vantage, sky) => (vantage === 'dns' ? { ...sky, primary: 'healthy' } : sky),
      () => blind,
    ];
    for (const view of views) {
      const world = await lateStart({}, (late) => {
        const { sky } = late;
        late.sky = (vantage) => view(vantage, sky(vantage));
      });
      await world.run(minute);
      expect(world.journal.operation?.intent).toBeNull();
      expectSound(world);
    }
  });

  it('passes the point of no return on fresh evidence, however long the journal was out of reach', async () => {
    const world = await calmWorld({ plan: { abortIfRecovered: false } });
    world.startActor('controller');
    world.darken();
    await world.runUntil(() => world.journal.operation !== null, 2 * minute);
    world.addFault({ kind: 'refuse', error: 'Retryable' }, (call) => call.operation === 'write', minute);
    await world.run(20_000);
    world.lighten();
    await world.run(2 * minute);
    expect(world.journal.operation?.intent).toBeNull();
    expectSound(world);
  });

  it('that a person asked for goes by the person’s word', async () => {
    const world = await calmWorld({ plan: { mode: 'Manual' } });
    world.startActor('cli', { request: { action: 'Failover', reason: 'drill', acceptUpToSeconds: 60 } });
    expect(await world.runUntil(() => world.outcome === 'Succeeded', 2 * minute)).toBe(true);
  });
});

describe('the point of no return', () => {
  it('lets neither a recovery nor a person turn the operation back', async () => {
    const world = await calmWorld();
    world.startActor('controller');
    world.darken();
    await world.runUntil(() => world.journal.operation?.intent != null, 2 * minute);
    world.lighten();
    world.table.put((journal) => requestAbort(journal, 'too late'), 'a person');
    expect(await world.runUntil(() => world.outcome !== null, 2 * minute)).toBe(true);
    expect(world.outcome).toBe('Succeeded');
    expectSound(world);
  });

  it('is not passed by an actor that was paused while another took over', async () => {
    const world = await calmWorld({ lagSeconds: 300 });
    const sleeper = world.startActor('sleeper');
    world.darken();
    await world.runUntil(() => world.journal.operation?.phase === 'WaitingForConsent', 2 * minute);
    world.startActor('controller');
    sleeper.life.pause();
    await world.runUntil(() => world.journal.lease.holder === 'controller', minute);
    world.table.put((journal) => grantConsent(journal, 300), 'a person');
    sleeper.life.resume();
    expect(await world.runUntil(() => world.outcome === 'Succeeded', 2 * minute)).toBe(true);

    const promotes = world.network.log.filter((call) => call.operation === 'promote');
    expect(promotes.map((call) => call.actor)).toEqual(['controller']);
    expect(world.events).toContainEqual(expect.objectContaining({ kind: 'LeaseLost', actor: 'sleeper' }));
    expectSound(world);
  });
});

describe('a hold', () => {
  it.each([
    { name: 'Manual', plan: { mode: 'Manual' as const } },
    { name: 'Suspended', plan: { suspended: true } },
  ])('$name keeps every actor from acting', async ({ name, plan }) => {
    const world = await calmWorld({ plan });
    world.startActor('controller', { ownsPlan: true });
    world.startActor('lambda');
    world.darken();
    await world.run(3 * minute);
    expect(world.journal.epoch).toBe(0);
    expect(world.holds()).toContain(name);
    expectSound(world);
  });

  it('is lifted by the plan’s owner for all', async () => {
    const world = await calmWorld();
    world.table.put((journal) => ({ ...journal, suspended: true }), 'an earlier plan');
    world.startActor('lambda');
    world.darken();
    await world.run(minute);
    expect(world.journal.epoch).toBe(0);
    world.startActor('controller', { ownsPlan: true });
    expect(await world.runUntil(() => world.outcome === 'Succeeded', 2 * minute)).toBe(true);
    expectSound(world);
  });

  it('names both sites when neither can serve', async () => {
    const world = await calmWorld();
    world.cloud.sites.secondary.database.status = 'storage-full';
    world.startActor('controller');
    world.darken();
    await world.run(2 * minute);
    expect(world.journal.epoch).toBe(0);
    expect(world.holds()).toEqual(expect.arrayContaining(['StandbyNotAvailable', 'BothSitesDown']));
  });

  it('ends when the cooldown does', async () => {
    const world = await calmWorld({ plan: { cooldownMs: 5 * minute } });
    const cooldownUntilMs = Date.UTC(2030, 0, 1) + 5 * minute;
    world.table.put((journal) => ({ ...journal, cooldownUntilMs }), 'an earlier operation');
    world.startActor('controller');
    world.darken();
    await world.run(3 * minute);
    expect(world.holds()).toEqual(['Cooldown']);
    expect(await world.runUntil(() => world.outcome === 'Succeeded', 5 * minute)).toBe(true);
    expectSound(world);
  });

  it('stands while the standby’s region is cut off and sees the active dark', async () => {
    const world = await calmWorld();
    const { sky } = world;
    world.sky = (vantage) =>
      vantage === 'prober-secondary' ? { ...sky(vantage), primary: 'unreachable' } : sky(vantage);
    world.startActor('lambda');
    await world.run(3 * minute);
    expect(world.journal.epoch).toBe(0);
    expectSound(world);
  });
});

describe('a person’s request', () => {
  const request: OperationRequest = { action: 'Failover', reason: 'maintenance', acceptUpToSeconds: 60 };

  it('starts a failover of a healthy site, once', async () => {
    const world = await calmWorld({ plan: { mode: 'Manual' } });
    world.startActor('cli', { request });
    expect(await world.runUntil(() => world.outcome === 'Succeeded', minute)).toBe(true);
    expect(world.table.history.get('orders#1')?.operation).toMatchObject({ automatic: false, reason: 'maintenance' });
    await world.run(5 * minute);
    expect(world.journal.epoch).toBe(1);
    expectSound(world);
  });

  it('of a process that has just begun waits until it knows what may be lost', async () => {
    const world = await calmWorld({ plan: { mode: 'Manual' } });
    world.startActor('cli', { request: { ...request, acceptUpToSeconds: 'any' } });
    await world.runUntil(() => world.journal.operation !== null, minute);
    expect(world.journal.operation?.decision).toMatchObject({ observedLossSeconds: 1, worstCaseSeconds: 1 });
  });

  it('starts all the same when nobody looks', async () => {
    const world = new World({ plan: { mode: 'Manual' } });
    world.startActor('cli', { request: { ...request, acceptUpToSeconds: 'any' } });
    expect(await world.runUntil(() => world.outcome === 'Succeeded', minute)).toBe(true);
    expect(world.table.history.get('orders#1')?.operation.decision.worstCaseSeconds).toBeNull();
    expectSound(world);
  });

  it('survives a write of the journal that came in between', async () => {
    const world = await calmWorld({ plan: { mode: 'Manual' } });
    world.addFault({ kind: 'slow', ms: 2_000 }, (call) => call.service === 'journal' && call.writes, 30_000);
    world.startActor('cli', { request });
    await world.runUntil(() => world.callsOf('write') > 0, minute);
    world.table.put((journal) => journal, 'someone else');
    expect(await world.runUntil(() => world.outcome === 'Succeeded', 2 * minute)).toBe(true);
    expectSound(world);
  });

  it('is served by an operation that runs already', async () => {
    const world = await calmWorld();
    world.startActor('controller');
    world.darken();
    await world.runUntil(() => world.callsOf('promote') === 1, 2 * minute);
    world.startActor('cli', { request });
    await world.runUntil(() => world.outcome === 'Succeeded', minute);
    Object.assign(world.cloud.sites.primary.database, { role: 'replica', source: 'orders-secondary' });
    world.lighten();
    await world.run(minute);
    expect(world.journal.epoch).toBe(1);
  });

  it('is not carried out twice when the answer to its start is lost', async () => {
    const world = await calmWorld({ plan: { mode: 'Manual' } });
    world.addFault({ kind: 'unknown', happened: true }, (call) => call.operation === 'write', 1_000);
    world.startActor('cli', { request });
    expect(await world.runUntil(() => world.outcome === 'Succeeded', minute)).toBe(true);
    // A replica stands where the former active was, as after a reprotect: the way back would be open.
    Object.assign(world.cloud.sites.primary.database, { role: 'replica', source: 'orders-secondary' });
    await world.run(minute);
    expect(world.journal.epoch).toBe(1);
  });
});

describe('the former active', () => {
  it('is fenced before anything else when its region answers again', async () => {
    const world = await calmWorld();
    world.startActor('controller');
    world.darken();
    await world.runUntil(() => world.outcome === 'Succeeded', 2 * minute);
    expect(world.journal.pendingFence).not.toBeNull();
    await world.run(minute);
    expect(world.journal.pendingFence).not.toBeNull();

    world.lighten();
    expect(await world.runUntil(() => world.journal.pendingFence === null, 30_000)).toBe(true);
    expect(world.cloud.serves('primary')).toBe(false);
    expect(world.cloud.sites.primary.open).toEqual(new Set());
    await world.run(5 * minute);
    expect(world.cloud.leadsTo).toBe('secondary');
    expect(world.events).toContainEqual(expect.objectContaining({ kind: 'Fenced', site: 'primary' }));
    expectSound(world);
  });

  it('is not called fenced because its application is dead, while it is still entitled to traffic', async () => {
    const world = await calmWorld();
    world.addFault({ kind: 'hang' }, (call) => call.operation === 'close-traffic', 5 * minute);
    world.cloud.sites.primary.running = 0;
    world.startActor('controller');
    await world.runUntil(() => world.outcome === 'Succeeded', 2 * minute);
    await world.run(minute);
    expect(world.journal.pendingFence).not.toBeNull();
    await world.run(5 * minute);
    expect(world.journal.pendingFence).toBeNull();
    expect(world.cloud.sites.primary.open).toEqual(new Set());
    expectSound(world);
  });

  it('does not keep an actor from watching while its region stays dark', async () => {
    const world = await calmWorld();
    world.startActor('controller');
    world.darken();
    await world.runUntil(() => world.outcome === 'Succeeded', 2 * minute);
    await world.run(minute);
    world.cloud.sites.secondary.running = 0;
    await world.run(minute);
    expect(world.holds()).toContain('BothSitesDown');
  });

  it('leaves no lease behind when the answer to taking it was lost', async () => {
    const world = await calmWorld();
    world.startActor('controller');
    world.darken();
    await world.runUntil(() => world.outcome === 'Succeeded', 2 * minute);
    world.addFault({ kind: 'unknown', happened: true }, (call) => call.operation === 'write', minute);
    const first = world.callsOf('write');
    world.lighten();
    await world.runUntil(() => world.callsOf('write') > first, minute);
    world.cloud.sites.primary.denied = true;
    world.cloud.sites.primary.open.clear();
    world.addFault({ kind: 'hang' }, (call) => call.operation === 'check prove-fence');
    await world.run(2 * minute);
    expect(world.journal.pendingFence).not.toBeNull();
    expect(world.journal.lease.holder).toBeNull();
  });

  it('leaves no lease behind with an actor that died in its duty, though nothing is left to do', async () => {
    const world = await calmWorld();
    const dead = { holder: 'dead', term: 3, renewals: 9 };
    world.table.put((journal) => ({ ...journal, epoch: 1, lease: dead }), 'dead');
    world.startActor('controller');
    const { leaseMs } = world.timing;
    expect(await world.runUntil(() => world.journal.lease.holder === null, leaseMs + world.plan.intervalMs)).toBe(true);
    expectSound(world);
  });

  it('is fenced by an actor that starts after it came back', async () => {
    const world = await calmWorld();
    const first = world.startActor('controller');
    world.darken();
    await world.runUntil(() => world.outcome === 'Succeeded', 2 * minute);
    first.life.kill();
    world.lighten();
    await world.run(minute);
    expect(world.cloud.serves('primary')).toBe(true);
    world.startActor('controller-2');
    expect(await world.runUntil(() => !world.cloud.serves('primary'), 2_000)).toBe(true);
    expectSound(world);
  });
});

describe('a graceful stop', () => {
  it('hands a running operation over at once', async () => {
    const world = await calmWorld();
    const first = world.startActor('controller-1');
    world.startActor('controller-2');
    world.darken();
    await world.runUntil(() => world.callsOf('promote') === 1, 2 * minute);
    const { holder } = world.journal.lease;
    expect(holder).toBe('controller-1');
    first.stop();
    expect(await world.runUntil(() => world.journal.lease.holder === 'controller-2', 2_000)).toBe(true);
    expect(await world.runUntil(() => world.outcome === 'Succeeded', minute)).toBe(true);
    expect(first.finished()).toBe(true);
    expect(world.callsOf('promote')).toBe(1);
    expectSound(world);
  });

  it.each([
    { name: 'hangs', fault: { kind: 'hang' } as const, operation: undefined },
    { name: 'refuses', fault: { kind: 'refuse', error: 'Retryable' } as const, operation: undefined },
    { name: 'takes no history', fault: { kind: 'hang' } as const, operation: 'appendHistory' },
  ])('ends within a bound while the journal $name, and another goes on later', async ({ fault, operation }) => {
    const world = await calmWorld();
    const first = world.startActor('controller-1', { vantages: ['controller'] });
    world.darken();
    await world.runUntil(() => world.callsOf(operation ?? 'promote') >= 1, 2 * minute);
    world.addFault(
      fault,
      (call) => call.service === 'journal' && (operation === undefined || call.operation === operation),
      2 * minute,
    );
    await world.run(30_000);
    first.stop();
    const { leaseMs, callMs, backoffMs } = world.timing;
    expect(await world.runUntil(() => first.finished(), leaseMs + 2 * callMs + backoffMs.first)).toBe(true);

    world.startActor('controller-2');
    expect(await world.runUntil(() => world.outcome === 'Succeeded', 5 * minute)).toBe(true);
    expect(world.cloud.sites.secondary.database.promotions).toBe(1);
    expectSound(world);
  });

  it('does nothing any more once the lease is given back, though a look of before is still under way', async () => {
    const world = await calmWorld();
    const isPause = (operation: string): boolean => operation.endsWith('pause-reconciliation');
    world.addFault({ kind: 'slow', ms: 2_600 }, ({ operation }) => isPause(operation), 2 * minute);
    const first = world.startActor('controller-1');
    world.darken();
    await world.runUntil(() => world.callsOf('promote') === 1, 2 * minute);
    first.stop();
    await world.runUntil(() => world.journal.lease.holder === null, 2_000);
    await world.run(10_000);
    expect(world.callsOf('check pause-reconciliation')).toBe(1);
    expect(world.callsOf('pause-reconciliation')).toBe(0);
    expectSound(world);
  });

  it('ends an actor that has nothing in hand', async () => {
    const world = await calmWorld();
    const actor = world.startActor('controller', { vantages: ['controller'] });
    await world.run(minute);
    actor.stop();
    expect(await world.runUntil(() => actor.finished(), 1_000)).toBe(true);
    expect(world.crashes).toEqual([]);
  });
});

describe('the first start', () => {
  it('creates the journal and entitles the active site to traffic', async () => {
    const world = await calmWorld();
    world.table.document = null;
    world.cloud.sites.primary.open.clear();
    world.startActor('lambda');
    await world.run(minute);
    expect(world.table.document).toBeNull();
    world.startActor('controller', { ownsPlan: true });
    expect(await world.runUntil(() => world.cloud.sites.primary.open.has(1), 10_000)).toBe(true);
    await world.run(1_000);
    expect(world.journal).toMatchObject({
      epoch: 0,
      activation: { term: 1, active: 'primary' },
      lease: { holder: null },
    });
    expectSound(world);
  });

  it('knows at once that it is done, and does not ask a region about it that has gone dark since', async () => {
    const world = await calmWorld();
    world.table.document = null;
    world.cloud.sites.primary.open.clear();
    world.startActor('controller', { ownsPlan: true, vantages: ['controller'] });
    expect(await world.runUntil(() => world.cloud.sites.primary.open.has(1), 10_000)).toBe(true);
    await world.run(1_000);
    world.darken();
    await world.run(2 * world.plan.intervalMs);
    expect(world.events.filter(({ kind }) => kind === 'Trouble')).toEqual([]);
  });

  it('does not keep an owner that starts during an outage from failing over', async () => {
    const world = await calmWorld();
    world.darken();
    await world.run(minute);
    world.startActor('controller', { ownsPlan: true });
    expect(await world.runUntil(() => world.outcome === 'Succeeded', 2 * minute)).toBe(true);
    expectSound(world);
  });
});

function fail(): never {
  throw new Error('there is no such operation');
}
