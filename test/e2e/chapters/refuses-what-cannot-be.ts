import { expect } from '@jest/globals';
import { conditionOf } from '../rig/kubernetes/conditions.ts';
import { kubectl } from '../rig/kubernetes/kubectl.ts';
import { waitFor } from '../rig/process/wait-for.ts';
import { ghostOf } from '../stage/ghost-plan.ts';
import { type FailoverObject, namespace, type PlanObject } from '../stage/operations-cluster.ts';
import { patient, type Story, scenes } from '../stage/story.ts';

const group = 'understudy.dev/v1alpha1';
const nowhere = 'nowhere';

/** Plans that nothing stands behind, and wishes that nobody can grant. */
export function refusesWhatCannotBe(told: () => Story): void {
  const scene = scenes(told);

  scene('a plan without a journal: it says which table it misses', async () => {
    const { operations, world } = told();
    const { api } = operations.cluster;
    await api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: nowhere } });
    await api.apply({ ...ghostOf(world.plan, 'ghost-journal'), metadata: { namespace: nowhere, name: 'lost' } });
    const lost = await waitFor(
      'it is told',
      async () => {
        const plan = await planIn('lost');
        return plan?.status?.message?.includes('ghost-journal') && plan;
      },
      patient,
    );
    expect(lost.status?.phase).toBe('Unknown');
    expect(conditionOf(lost, 'Ready')).toMatchObject({ status: 'Unknown' });
  });

  scene('a plan whose infrastructure does not exist: it has findings, and nothing begins', async () => {
    const { operations, world } = told();
    const table = world.plan.spec.sites.primary.journalTable;
    await operations.cluster.api.apply({
      ...ghostOf(world.plan, table),
      metadata: { namespace: nowhere, name: 'ghost' },
    });
    const ghost = await waitFor(
      'it has findings',
      async () => {
        const plan = await planIn('ghost');
        return (plan?.status?.findings ?? []).length > 0 && plan;
      },
      patient,
    );
    const errors = (ghost.status?.findings ?? []).filter(({ severity }) => severity === 'Error');
    expect(errors.map(({ code }) => code)).toEqual(expect.arrayContaining(['DatabaseMissing']));
    expect(conditionOf(ghost, 'Protected')?.status).toBe('False');
    expect(ghost.status?.epoch).toBe(0);
  });

  scene('a Failover of a plan that is suspended', async () => {
    const { operations } = told();
    const { cluster } = operations;
    const suspend = (suspended: boolean) =>
      kubectl(cluster, [
        'patch',
        'fplan',
        'trading',
        '-n',
        namespace,
        '--type=merge',
        '-p',
        JSON.stringify({ spec: { suspended } }),
      ]);
    await suspend(true);
    await waitFor('it is suspended', async () => (await operations.plan())?.status?.suspended === true, patient);
    const failover = await ask('while-suspended', { action: 'Failover' });
    await untilOver(failover, 'Failed', 'Suspended');
    const events = await waitFor(
      'an event says so',
      async () => {
        const all = await cluster.api.list('v1', 'Event', namespace);
        const about = all.filter(
          ({ involvedObject }) => (involvedObject as { name?: string }).name === 'while-suspended',
        );
        return about.length > 0 && about;
      },
      patient,
    );
    expect(events[0]).toMatchObject({
      type: 'Warning',
      reason: 'Failed',
      message: expect.stringContaining('spec.suspended'),
    });
    await suspend(false);
    await waitFor('it is armed again', async () => (await operations.plan())?.status?.suspended === false, patient);
  });

  scene('a Failover to where everything is already', async () => {
    await untilOver(await ask('to-the-active', { action: 'Failover', to: 'primary' }), 'Failed', 'AlreadyActive');
  });

  scene('a Failover of a plan that there is none of', async () => {
    const lost = await ask('of-nothing', { action: 'Failover', planRef: { name: 'tradign' } });
    await waitFor('it is told', async () => conditionOf(await get(lost), 'Accepted')?.reason === 'NoPlan', patient);
  });

  async function planIn(name: string): Promise<PlanObject | undefined> {
    const { api } = told().operations.cluster;
    return api.get({ apiVersion: group, kind: 'FailoverPlan', metadata: { namespace: nowhere, name } });
  }

  async function ask(name: string, spec: object): Promise<string> {
    await told().operations.cluster.api.apply({
      apiVersion: group,
      kind: 'Failover',
      metadata: { namespace, name },
      spec: { planRef: { name: 'trading' }, reason: 'a test', ...spec },
    });
    return name;
  }

  function get(name: string): Promise<FailoverObject | undefined> {
    return told().operations.failover(name);
  }

  async function untilOver(name: string, phase: string, reason: string): Promise<void> {
    await waitFor(`${name} is over`, async () => (await get(name))?.status?.phase === phase, patient);
    expect(conditionOf(await get(name), 'Accepted')).toMatchObject({ status: 'False', reason });
  }
}
