import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stackObject } from '../../compositions/regional-stack/stack-object.ts';
import { regionalStackDefinition } from '../../src/api/definitions.ts';
import type { StackFailover } from '../../src/api/regional-stack.ts';
import { appOf } from '../compositions/regional-stack/rendered-site.ts';
import { type Cluster, startCluster } from './rig/cluster.ts';
import { kubectl } from './rig/kubernetes/kubectl.ts';
import { waitFor } from './rig/process/wait-for.ts';

type Switch = NonNullable<StackFailover['switch']>;

const active = { active: { term: 1, takeoverTerm: 2 } };
const standby = { standby: { takeoverTerm: 4 } };
const followsA = { follows: { slot: 'a', role: 'active' }, ready: true } satisfies Switch;
const followsB = { follows: { slot: 'b', role: 'standby' }, ready: true } satisfies Switch;

/** The rules are CEL, which nothing but an API server evaluates. The kind is served here without Crossplane. */
describe('an API server with the RegionalStack', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await startCluster();
    const { metadata, spec } = regionalStackDefinition();
    const versions = spec.versions.map(({ name, schema }) => ({ name, schema, served: true, storage: true }));
    const definition = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: metadata.name },
      spec: { group: spec.group, scope: 'Namespaced', names: spec.names, versions },
    };
    await kubectl(cluster, ['apply', '--server-side', '-f', '-'], JSON.stringify(definition));
    await waitFor('the kind is served', () => cluster.api.collectionPath('understudy.dev/v1alpha1', 'RegionalStack'));
  });

  afterAll(async () => {
    await cluster?.stop();
  });

  async function applySwitch(name: string, value: object): Promise<string> {
    const stack = stackObject(appOf(), 'primary');
    const object = {
      ...stack,
      metadata: { name, namespace: 'default' },
      spec: { ...stack.spec, failover: { term: 1, switch: value } },
    };
    return kubectl(cluster, ['apply', '-f', '-'], JSON.stringify(object));
  }

  it('lets the switch be re-pointed from one set of checks to the other', async () => {
    const steps: Switch[] = [
      { a: active },
      { a: active, ...followsA },
      { a: active, b: standby, ...followsA },
      { a: active, b: standby, ...followsB },
      { b: standby, ...followsB },
    ];
    for (const step of steps) {
      await expect(applySwitch('re-pointed', step)).resolves.toMatch(/created|configured/);
    }
  });

  it('refuses to follow checks that do not exist', async () => {
    const expected = 'follows must name checks that exist';
    await expect(applySwitch('nothing', followsA)).rejects.toThrow(expected);
    await expect(applySwitch('other-slot', { b: active, ...followsA })).rejects.toThrow(expected);
    await expect(applySwitch('other-role', { a: { standby: standby.standby }, ...followsA })).rejects.toThrow(expected);
  });

  it('refuses to change or drop the checks that the records follow', async () => {
    await applySwitch('attached', { a: active, b: standby, ...followsA });
    const changed = { a: { active: { term: 3, takeoverTerm: 4 } }, b: standby, ...followsA };
    await expect(applySwitch('attached', changed)).rejects.toThrow('slot a is what the records follow');
    await expect(applySwitch('attached', { b: standby, ...followsA })).rejects.toThrow('slot a is what the records');
  });

  it('knows ready as present or absent alone', async () => {
    const value = { a: active, ...followsA, ready: false };
    await expect(applySwitch('not-ready', value)).rejects.toThrow('spec.failover.switch.ready');
  });
});
