import { expect } from '@jest/globals';
import { conditionOf, isTrue } from '../rig/kubernetes/conditions.ts';
import { kubectl } from '../rig/kubernetes/kubectl.ts';
import { waitFor } from '../rig/process/wait-for.ts';
import { listOf, storable } from '../stage/manifests.ts';
import { patient, type Story, scenes } from '../stage/story.ts';

const applications = [
  ['server-side', ['--server-side']],
  ['client-side', []],
] as const;

const attempts = [
  { what: 'a stack is replaced by its manifest', command: ['replace'], roles: {} },
  {
    what: 'another field manager applies roles',
    command: ['apply', '--server-side', '--force-conflicts', '--field-manager=somebody'],
    roles: { failover: { term: 2, role: 'active' } },
  },
];

/** What people and their tools do to the objects afterwards, on purpose or not. */
export function keepsItsRoles(told: () => Story): void {
  const scene = scenes(told);

  async function standing(): Promise<unknown> {
    const { operations } = told();
    const stacks = [await operations.stack('primary'), await operations.stack('secondary')];
    // Client-side apply annotates the composition, of which Crossplane then makes another revision.
    const specs = stacks.map((stack) => ({ ...stack?.spec, crossplane: undefined }));
    const others = [
      await operations.database('primary'),
      await operations.database('secondary'),
      await operations.plan(),
    ];
    return [...specs, ...others.map((object) => ({ spec: object?.spec, generation: object?.metadata.generation }))];
  }

  for (const [how, flags] of applications) {
    scene(`when the manifests are applied again, ${how}`, async () => {
      const story = told();
      const { operations } = story;
      const before = await standing();
      await kubectl(operations.cluster, ['apply', ...flags, '-f', '-'], listOf(storable(operations.files)));
      for (const site of ['primary', 'secondary'] as const) {
        await waitFor('Crossplane has seen it', async () => isTrue(await operations.stack(site), 'Synced'), patient);
      }
      expect(await standing()).toEqual(before);
      expect(story.promotions('secondary', 'trading-db-dev-a1')).toHaveLength(1);
      expect(conditionOf(await operations.database('secondary'), 'Synced')?.reason).toBe('ReconcileSuccess');
    });
  }

  for (const { what, command, roles } of attempts) {
    scene(`when ${what}: that is refused`, async () => {
      const { operations } = told();
      const before = await standing();
      const manifest = storable(operations.files).find(
        ({ kind, metadata }) => kind === 'RegionalStack' && metadata.name === 'trading-primary',
      );
      const changed = JSON.stringify({ ...manifest, spec: { ...(manifest?.spec as object), ...roles } });
      await expect(kubectl(operations.cluster, [...command, '-f', '-'], changed)).rejects.toThrow(
        /ValidatingAdmissionPolicy 'understudy-failover'.*spec\.failover is written by the controller alone/s,
      );
      expect(await standing()).toEqual(before);
    });
  }
}
