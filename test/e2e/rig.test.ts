import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';
import { type Cluster, startCluster } from './rig/cluster.ts';
import { type Crossplane, startCrossplane } from './rig/crossplane.ts';
import { ApiClient, type KubernetesObject } from './rig/kubernetes/api-client.ts';
import { applyAll } from './rig/kubernetes/apply-all.ts';
import { conditionOf, isTrue } from './rig/kubernetes/conditions.ts';
import { kubectl } from './rig/kubernetes/kubectl.ts';
import { waitFor } from './rig/process/wait-for.ts';

const namespace = 'team-a';
const xr = { apiVersion: 'rig.understudy.example/v1', kind: 'Thing', metadata: { namespace, name: 'first' } } as const;

/** A namespaced XR whose only step is function-auto-ready: it composes nothing, so it is ready at once. */
const manifests: KubernetesObject[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
  {
    apiVersion: 'apiextensions.crossplane.io/v2',
    kind: 'CompositeResourceDefinition',
    metadata: { name: 'things.rig.understudy.example' },
    spec: {
      scope: 'Namespaced',
      group: 'rig.understudy.example',
      names: { kind: 'Thing', plural: 'things' },
      versions: [
        {
          name: 'v1',
          served: true,
          referenceable: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } },
            },
          },
        },
      ],
    },
  },
  {
    apiVersion: 'apiextensions.crossplane.io/v1',
    kind: 'Composition',
    metadata: { name: 'things' },
    spec: {
      compositeTypeRef: { apiVersion: xr.apiVersion, kind: xr.kind },
      mode: 'Pipeline',
      pipeline: [{ step: 'ready', functionRef: { name: 'function-auto-ready' } }],
    },
  },
];

describe('a cluster with Crossplane', () => {
  let cluster: Cluster;
  let crossplane: Crossplane;

  beforeAll(async () => {
    cluster = await startCluster();
    crossplane = await startCrossplane(cluster);
    await applyAll(cluster.api, manifests);
    await waitFor('the XR kind is served', () => cluster.api.collectionPath(xr.apiVersion, xr.kind));
  });

  afterAll(async () => {
    await crossplane?.stop();
    await cluster?.stop();
  });

  it('reconciles a namespaced XR through a real function', async () => {
    await cluster.api.apply({ ...xr, spec: { size: 3 } });
    const ready = await waitFor('the XR is ready', async () => {
      const current = await cluster.api.get(xr);
      return isTrue(current, 'Ready') && current;
    });
    expect(conditionOf(ready, 'Synced')).toMatchObject({ status: 'True', reason: 'ReconcileSuccess' });
  });

  it('refuses a field that the XRD does not know', async () => {
    await expect(cluster.api.apply({ ...xr, spec: { sise: 3 } }, { dryRun: true })).rejects.toThrow(/spec\.sise/);
  });

  it('refuses to delete what a Usage protects, and deletes it once the Usage is gone', async () => {
    const precious = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name: 'precious' } };
    const usage = {
      apiVersion: 'protection.crossplane.io/v1beta1',
      kind: 'Usage',
      metadata: { namespace, name: 'keep-precious' },
      spec: { of: { apiVersion: 'v1', kind: 'ConfigMap', resourceRef: { name: 'precious' } }, reason: 'test' },
    };
    await applyAll(cluster.api, [precious, usage]);
    await waitFor('the Usage is ready', async () => isTrue(await cluster.api.get(usage), 'Ready'));
    await expect(cluster.api.delete(precious)).rejects.toThrow('This resource is in-use by 1 usage(s)');
    await cluster.api.delete(usage);
    await waitFor('it can be deleted', async () => {
      await cluster.api.delete(precious);
      return (await cluster.api.get(precious)) === undefined;
    });
  });

  it('serves kubectl as a user has it', async () => {
    const manifest = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace, name: 'by-hand' },
      data: { a: 'b' },
    };
    const said = await kubectl(cluster, ['apply', '--server-side', '-f', '-'], JSON.stringify(manifest));
    expect(said).toBe('configmap/by-hand serverside-applied\n');
    await expect(kubectl(cluster, ['get', 'things', 'nothing', '-n', namespace])).rejects.toThrow('not found');
  });

  it('gives a ServiceAccount only the rights that it was granted', async () => {
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name: 'nobody' } };
    await cluster.api.apply(account);
    const kubeConfig = new KubeConfig();
    kubeConfig.loadFromFile(await cluster.serviceAccountKubeconfig(namespace, 'nobody'));
    await expect(new ApiClient(kubeConfig).get(xr)).rejects.toThrow(/"system:serviceaccount:team-a:nobody" cannot get/);
  });

  it('keeps what it stored through an outage of the API server', async () => {
    await cluster.api.apply({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace, name: 'kept' },
      data: { a: 'b' },
    });
    await cluster.stopApiServer();
    await expect(cluster.api.list('v1', 'ConfigMap', namespace)).rejects.toThrow('ECONNREFUSED');
    await cluster.startApiServer();
    expect(await cluster.api.list('v1', 'ConfigMap', namespace)).toContainEqual(
      expect.objectContaining({ metadata: expect.objectContaining({ name: 'kept' }) }),
    );
  });
});
