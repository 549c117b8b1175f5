import { expect } from '@jest/globals';
import { nameLeadsTo } from '../../../src/sandbox/scenarios/facts.ts';
import { waitFor } from '../rig/process/wait-for.ts';
import { isWriter } from '../stage/database.ts';
import { patient, type Story, scenes } from '../stage/story.ts';

const database = 'trading-db-dev-b2';

/** The API server is away when somebody has the Lambda move the application back. */
export function doesWithoutTheApiServer(told: () => Story): void {
  const scene = scenes(told);

  scene('fails back by whoever sees the request, and the record appears when the server is back', async () => {
    const story = told();
    const { operations, world } = story;
    const before = (await operations.failovers()).length;
    await operations.cluster.stopApiServer();
    await story.invokeFunction('primary', { action: 'Failback', reason: 'us-east-1 is well again' });
    const record = await story.untilEnded(3);
    expect(record).toMatchObject({ action: 'Failback', outcome: 'Succeeded', from: 'secondary', to: 'primary' });
    expect(await isWriter(world, 'primary', database)).toBe(true);
    expect(story.promotions('primary', database)).toHaveLength(1);

    await operations.cluster.startApiServer();
    // A controller that lost its Lease with the server has ended; its Deployment would start another.
    if (!story.controller.isRunning()) await story.startController();
    const recorded = await story.untilRecorded(3);
    expect(recorded).toMatchObject({
      metadata: { name: 'trading-3' },
      spec: { action: 'Failback', reason: 'us-east-1 is well again' },
      status: { phase: 'Succeeded' },
    });
    expect(await operations.failovers()).toHaveLength(before + 1);
  });

  scene('and then everything in the cluster says so', async () => {
    const story = told();
    const { operations, world } = story;
    await waitFor(
      'the roles are written',
      async () => {
        const failover = (await operations.stack('primary'))?.spec.failover;
        return failover?.role === 'active' && failover.databases?.b?.source === '';
      },
      patient,
    );
    await story.untilSettled('Unprotected');
    const managed = await operations.database('primary', 'b');
    expect(managed?.status).toMatchObject({ atProvider: { replicateSourceDb: '' } });
    expect(story.promotions('primary', database)).toHaveLength(1);
    await waitFor('the name leads to the primary', async () => nameLeadsTo(world, 'primary').held, patient);
  });
}
