import { expect } from '@jest/globals';
import { type Story, scenes } from '../stage/story.ts';

/** The manifests are applied, and the controller runs. */
export function installs(told: () => Story): void {
  const scene = scenes(told);

  scene('with nothing that depends on a role before the controller has asked the journal', async () => {
    const { operations } = told();
    await operations.applyManifests();
    await operations.untilComposed();
    expect(await operations.rolesComposed()).toEqual([]);
  });

  scene('and is protected soon after the controller runs', async () => {
    const story = told();
    await story.startController();
    // Records come last. Nobody tells the state of a calculated check here, so the controller waits for a minute.
    await story.untilSettled('Protected');
    const { operations } = story;
    const [primary, secondary] = [await operations.stack('primary'), await operations.stack('secondary')];
    expect(primary?.spec.failover).toMatchObject({ term: 1, role: 'active', databases: { a: { source: '' } } });
    expect(secondary?.spec.failover).toMatchObject({ term: 1, role: 'standby', switch: { ready: true } });
    expect(secondary?.spec.failover?.databases?.a?.source).toBe(
      'arn:aws:rds:us-east-1:111122223333:db:trading-db-dev-a1',
    );
  });
}
