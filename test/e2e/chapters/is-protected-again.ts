import { expect } from '@jest/globals';
import { stepOf } from '../../../src/failover/operation.ts';
import { isTrue } from '../rig/kubernetes/conditions.ts';
import { waitFor } from '../rig/process/wait-for.ts';
import { isWriter } from '../stage/database.ts';
import { patient, type Story, scenes } from '../stage/story.ts';

const rebuilt = 'trading-db-dev-b2';

/** The failed region comes back, and the leading controller dies while protection is being rebuilt. */
export function isProtectedAgain(told: () => Story): void {
  const scene = scenes(told);

  scene('after the former active was fenced, before anything else', async () => {
    const story = told();
    await story.world.restartRegion('primary');
    const isFenced = async () => (await story.journal.read()).fenced === 'primary';
    await waitFor('the former active is fenced', isFenced, patient);
    await waitFor('the plan says that nothing protects it', () => story.isPhase('Unprotected'), patient);
  });

  scene('by the second replica of the controller, when the leader dies in the middle', async () => {
    const story = told();
    const leader = story.controller;
    const second = await story.startController();
    expect(await leader.leads()).toBe(true);
    expect(await second.leads()).toBe(false);
    await story.order('reprotect');
    await story.untilOperation('the replica is being made', (operation) =>
      ['Running', 'Called'].includes(stepOf(operation, 'create-replica').phase),
    );
    await leader.kill();
    await waitFor('the second replica leads', () => second.leads(), patient);
    const record = await story.untilEnded(2);
    expect(record).toMatchObject({ action: 'Reprotect', outcome: 'Succeeded' });
    await story.untilSettled('Protected');
    await story.untilRecorded(2);
  });

  scene('with a new instance in the other slot, and nothing left of the old one', async () => {
    const story = told();
    const { world, operations } = story;
    expect((await operations.stack('primary'))?.spec.failover?.databases).toEqual({
      b: { generation: 2, source: 'arn:aws:rds:us-west-2:111122223333:db:trading-db-dev-a1' },
    });
    expect(isTrue(await operations.database('primary', 'b'), 'Ready')).toBe(true);
    expect(await isWriter(world, 'primary', rebuilt)).toBe(false);
    await waitFor(
      'the retired resource is gone',
      async () => (await operations.database('primary', 'a')) === undefined,
      patient,
    );
    const { databases } = await world.region('primary').refresh();
    expect(databases.map(({ identifier }) => identifier)).toEqual([rebuilt]);
  });
}
