import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DynamoDbJournal } from '../../../src/aws/dynamodb-journal.ts';
import { firstJournal, type Journal } from '../../../src/failover/journal.ts';
import { releaseLease } from '../../../src/failover/lease.ts';
import { simulatedPlan } from '../../../src/simulator/plan.ts';
import { planTable } from '../../aws/example-plan.ts';
import { begunJournal, operationIn } from '../../failover/operations.ts';
import { planObject, type RunningController, startRunningController } from '../running-controller.ts';
import { until } from '../runtime/until.ts';

let world: RunningController & { readonly site: string };
let table: DynamoDbJournal;

beforeEach(async () => {
  world = await startRunningController();
  table = new DynamoDbJournal({
    client: world.aws.clients.dynamoDb('us-west-2'),
    table: planTable,
    plan: 'trading',
    callMs: 2_000,
    trouble: () => {},
  });
});
afterEach(() => world.close());

/** A failover that would lose more than the plan allows, begun by an actor that is gone. */
function waiting(lossSeconds: number): Journal {
  const plan = { ...simulatedPlan(), name: 'trading' };
  const begun = releaseLease(begunJournal(plan, lossSeconds));
  const operation = { ...operationIn(begun), automatic: false };
  return { ...begun, version: 0, operation };
}

describe('what the Lambda did while the cluster was away', () => {
  it('appears as a record once the controller is back, and only once', async () => {
    const operation = { ...operationIn(waiting(5)), phase: 'Running' as const };
    await table.appendHistory(operation, 'Aborted', 1_700_000_000_000);
    const last = {
      id: operation.id,
      action: operation.action,
      outcome: 'Aborted' as const,
      completedAtMs: 1_700_000_000_000,
    };
    await table.replace({ ...firstJournal('trading', 'Automatic', false), epoch: 1, last });
    world.server.table('failoverplans').put(planObject(world.site));
    const first = world.start();
    await until('the record is written', () => world.failover('trading-1')?.status?.phase === 'Aborted');
    const { metadata, spec, status } = world.failover('trading-1') ?? {};
    expect(spec).toMatchObject({ planRef: { name: 'trading' }, action: 'Failover', to: 'secondary' });
    expect(metadata?.labels).toEqual({ 'understudy.dev/plan': 'trading' });
    expect(metadata?.ownerReferences).toMatchObject([{ kind: 'FailoverPlan', name: 'trading' }]);
    expect(status).toMatchObject({ operationId: 'trading#1', epoch: 1, from: 'primary', to: 'secondary' });
    await until('the plan tells of it', () => world.plan()?.status?.lastFailover?.operationId === 'trading#1');
    await first.stop();
    world.start();
    await until(
      'the next leader has looked',
      () => world.log.lines.filter(({ message }) => message === 'reconciling').length >= 6,
    );
    expect(world.failovers()).toHaveLength(1);
  });
});

describe('an operation that waits for consent', () => {
  it('says which number, takes no smaller one, and goes on with it', async () => {
    await table.replace(waiting(500));
    world.server.table('failoverplans').put(planObject(world.site));
    world.start();
    await until('it waits', () => world.failover('trading-1')?.status?.phase === 'WaitingForConsent');
    expect(world.failover('trading-1')?.status?.message).toContain('"acceptUpTo":"8m20s"');
    expect(world.failover('trading-1')?.status?.actors?.at(-1)?.actor).toMatch(/^controller\/pod-[0-9a-f]{6}$/);
    expect(world.plan()?.status?.phase).toBe('FailingOver');

    const record = world.failover('trading-1');
    if (record === undefined) throw new Error('it is gone');
    const withConsent = (acceptUpTo: string) => ({ ...record, spec: { ...record.spec, dataLoss: { acceptUpTo } } });
    world.server.table('failovers').put(withConsent('5s'));
    const consented = () => world.failover('trading-1')?.status?.conditions?.find(({ type }) => type === 'Consented');
    await until('it is too low', () => consented()?.reason === 'TooLow');
    expect(consented()?.message).toContain('8m20s is needed');
    expect((await table.read())?.operation?.phase).toBe('WaitingForConsent');

    world.server.table('failovers').put(withConsent('9m'));
    await until('it goes on', () => consented()?.status === 'True');
  });

  it('is called off by a word in its object', async () => {
    await table.replace(waiting(500));
    world.server.table('failoverplans').put(planObject(world.site));
    world.start();
    await until('it waits', () => world.failover('trading-1')?.status?.phase === 'WaitingForConsent');
    const record = world.failover('trading-1');
    if (record === undefined) throw new Error('it is gone');
    const consented = () => world.failover('trading-1')?.status?.conditions?.find(({ type }) => type === 'Consented');
    const spec = { ...record.spec, dataLoss: { acceptUpTo: '5s' } };
    world.server.table('failovers').put({ ...record, spec } as never);
    await until('too little is accepted', () => consented()?.reason === 'TooLow');
    world.server.table('failovers').put({ ...record, spec: { ...spec, abort: true } } as never);
    await until('it has ended', () => world.failover('trading-1')?.status?.phase === 'Aborted');
    expect(consented()?.status).toBe('False');
    expect(world.failover('trading-1')?.status?.message).toContain('asked for by Failover trading-1');
    expect((await table.read())?.operation).toBeNull();
  });
});
