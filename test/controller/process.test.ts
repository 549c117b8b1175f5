import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FailoverObject } from '../../controller/kinds.ts';
import type { FailoverSpec } from '../../src/api/failover.ts';
import { planObject, type RunningController, startRunningController } from './running-controller.ts';
import { until } from './runtime/until.ts';

let world: RunningController & { readonly site: string };

beforeEach(async () => {
  world = await startRunningController();
});
afterEach(() => world.close());

function ask(name: string, spec: Partial<FailoverSpec>): void {
  const object: FailoverObject = {
    apiVersion: 'understudy.dev/v1alpha1',
    kind: 'Failover',
    metadata: { name, namespace: 'apps', generation: 1, creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: { planRef: { name: 'trading' }, action: 'Drill', reason: 'a test', dryRun: false, abort: false, ...spec },
  };
  world.server.table('failovers').put(object);
}

function condition(name: string, type: string) {
  return world.failover(name)?.status?.conditions?.find((each) => each.type === type);
}

describe('the controller', () => {
  it('says of a plan how safe it is, and holds it with a finalizer', async () => {
    world.server.table('failoverplans').put(planObject(world.site));
    world.start();
    await until(
      'the plan is judged',
      () => world.plan()?.status?.evidence?.some(({ verdict }) => verdict === 'Up') === true,
    );
    const { metadata, status } = world.plan() ?? {};
    expect(metadata?.finalizers).toEqual(['understudy.dev/operation']);
    expect(status).toMatchObject({
      active: 'primary',
      activeRegion: 'us-east-1',
      epoch: 0,
      mode: 'Automatic',
      observedGeneration: 1,
    });
    expect(status?.conditions?.map(({ type }) => type)).toEqual([
      'Ready',
      'StandbyReady',
      'Protected',
      'Automatic',
      'Agreed',
      'FencePending',
      'RolesWritten',
    ]);
    expect(status?.conditions?.find(({ type }) => type === 'StandbyReady')?.status).toBe('True');
  });

  it('says of a plan without a journal which table it misses, as a message and as a finding', async () => {
    const { sites } = planObject(world.site).spec;
    const missing = { journalTable: 'no-such-table' };
    const spec = {
      sites: { primary: { ...sites.primary, ...missing }, secondary: { ...sites.secondary, ...missing } },
    };
    world.server.table('failoverplans').put(planObject(world.site, spec));
    world.start();
    const isFound = () => world.plan()?.status?.findings?.some(({ code }) => code === 'JournalMissing') === true;
    await until('it is found', isFound);
    expect(world.plan()?.status).toMatchObject({
      phase: 'Unknown',
      message: expect.stringContaining('there is no table no-such-table in us-'),
    });
    expect(world.failovers()).toEqual([]);
  });

  it('goes quiet when nothing changes', async () => {
    world.server.table('failoverplans').put(planObject(world.site));
    world.start();
    const writes = () => world.server.seen('PATCH', ({ path }) => path.endsWith('/status')).length;
    const looks = () => world.aws.calls.filter(({ operation }) => operation === 'PutItem').length;
    await until('it has looked at readiness', () => world.plan()?.status?.findings !== undefined);
    await until('the roles are reported', () => world.plan()?.status?.conditions?.at(-1)?.status === 'True');
    const before = writes();
    const seen = looks();
    await until('it has looked four times more', () => looks() >= seen + 4);
    expect(writes() - before).toBeLessThanOrEqual(1);
  });

  it('lets a plan go when nothing of it is half done, and then nobody acts on it', async () => {
    world.server.table('failoverplans').put(planObject(world.site));
    world.start();
    await until('the plan is driven', () => world.plan()?.status?.epoch === 0);
    const plan = world.plan();
    if (plan === undefined) throw new Error('the plan is gone');
    const deletionTimestamp = new Date().toISOString();
    world.server
      .table('failoverplans')
      .put({ ...plan, metadata: { ...plan.metadata, deletionTimestamp, generation: 2 } } as never);
    await until('the plan is gone', () => world.plan() === undefined);
    const said = world.log.lines.map(({ message }) => message);
    expect(said.some((message) => message.startsWith('the plan is let go'))).toBe(true);
  });

  it('refuses an operation on a suspended plan, and says how to change that', async () => {
    world.server.table('failoverplans').put(planObject(world.site, { suspended: true }));
    world.start();
    await until('the plan is suspended', () => world.plan()?.status?.suspended === true);
    ask('now', { action: 'Failover' });
    await until('it is refused', () => world.failover('now')?.status?.phase === 'Failed');
    expect(condition('now', 'Accepted')).toMatchObject({ status: 'False', reason: 'Suspended' });
    expect(world.failover('now')?.status?.message).toContain('spec.suspended');
  });

  it('refuses to go where everything is already', async () => {
    world.server.table('failoverplans').put(planObject(world.site));
    world.start();
    await until('the plan is driven', () => world.plan()?.status?.epoch === 0);
    ask('back', { action: 'Switchover', to: 'primary' });
    await until('it is refused', () => world.failover('back')?.status?.phase === 'Failed');
    expect(condition('back', 'Accepted')).toMatchObject({ reason: 'AlreadyActive' });
  });

  it('shows what a dry run would do, and does nothing', async () => {
    world.server.table('failoverplans').put(planObject(world.site));
    world.start();
    ask('rehearse', { action: 'Failover', dryRun: true });
    await until('it is told', () => world.failover('rehearse')?.status?.phase === 'Succeeded');
    const { steps = [], message, operationId } = world.failover('rehearse')?.status ?? {};
    expect(steps.find(({ name }) => name === 'promote')?.message).toContain('this cannot be undone');
    expect(message).toContain('nothing was done');
    expect(operationId).toBeUndefined();
    expect(world.plan()?.status?.epoch).toBe(0);
  });

  it('waits with a wish that cannot begin, names the first to a second one, and forgets what is called off', async () => {
    world.server.table('failoverplans').put(planObject(world.site));
    world.start();
    await until('the plan is driven', () => world.plan()?.status?.epoch === 0);
    // Nothing fences these sites, so a switchover has to wait.
    ask('first', { action: 'Switchover' });
    await until(
      'it waits',
      () => world.failover('first')?.status?.message?.includes('spec.sites.primary.fencing') === true,
    );
    expect(condition('first', 'Accepted')).toMatchObject({ status: 'True', reason: 'Asked' });
    ask('second', { action: 'Failback' });
    ask('third', { action: 'Switchover' });
    await until('the third is refused', () => world.failover('third')?.status?.phase === 'Failed');
    expect(condition('third', 'Accepted')).toMatchObject({ reason: 'AnotherMoves' });
    expect(condition('third', 'Accepted')?.message).toContain('Failover first (Switchover)');
    expect(condition('second', 'Accepted')).toMatchObject({ reason: 'AlreadyActive' });
    const first = world.failover('first');
    if (first === undefined) throw new Error('it is gone');
    const called = { ...first, spec: { ...first.spec, abort: true } };
    world.server.table('failovers').put(called);
    await until('it is called off', () => world.failover('first')?.status?.phase === 'Aborted');
  });

  it('tells a wish for a plan that is not there', async () => {
    world.start();
    ask('lost', { action: 'Drill' });
    await until('it is told', () => condition('lost', 'Accepted')?.reason === 'NoPlan');
    expect(world.failover('lost')?.status?.phase).toBe('Pending');
  });
});
