import { expect } from '@jest/globals';
import { markersInPlace, nameLeadsTo } from '../../../src/sandbox/scenarios/facts.ts';
import { isTrue } from '../rig/kubernetes/conditions.ts';
import { waitFor } from '../rig/process/wait-for.ts';
import { isWriter } from '../stage/database.ts';
import { patient, type Story, scenes } from '../stage/story.ts';

const database = 'trading-db-dev-a1';

/** The active region is gone, with everything in it. */
export function failsOver(told: () => Story): void {
  const scene = scenes(told);

  scene('once, and everybody knows', async () => {
    const story = told();
    const { world, operations } = story;
    await world.killRegion('primary');
    await story.untilEnded(1);
    const { status } = await story.untilRecorded(1);
    expect(status).toMatchObject({
      phase: 'Succeeded',
      operationId: 'trading#1',
      from: 'primary',
      to: 'secondary',
      measured: { rto: expect.stringMatching(/^\d/) },
    });
    expect((await operations.failover('trading-1'))?.status?.epoch).toBe(1);
    expect(await isWriter(world, 'secondary', database)).toBe(true);
    expect(story.promotions('secondary', database)).toEqual([expect.stringMatching(/^(controller|failover)-/)]);
    await waitFor('the markers are seen', async () => markersInPlace(world).held, patient);
    await waitFor('the name leads to the standby', async () => nameLeadsTo(world, 'secondary').held, patient);
  });

  scene('with the roles where Crossplane reads them, and a provider that sees no difference', async () => {
    const story = told();
    const { operations } = story;
    const managed = await waitFor(
      'the managed resource is let go',
      async () => {
        const found = await operations.database('secondary');
        return isTrue(found, 'Synced') && isTrue(found, 'Ready') && found;
      },
      patient,
    );
    expect(managed.spec).toMatchObject({ forProvider: { identifier: database, replicateSourceDb: '' } });
    expect(managed.status).toMatchObject({ atProvider: { replicateSourceDb: '', status: 'available' } });
    expect(managed.metadata.annotations).not.toHaveProperty('crossplane.io/paused');
    expect((await operations.stack('secondary'))?.spec.failover).toMatchObject({
      term: 2,
      role: 'active',
      databases: { a: { generation: 1, source: '' } },
    });
    const primary = await operations.stack('primary');
    expect(primary?.spec.failover).toMatchObject({ term: 2, role: 'standby', fenced: true });
    // Had the provider been let at it earlier, it would have promoted it too.
    expect(story.promotions('secondary', database)).toHaveLength(1);
  });
}
