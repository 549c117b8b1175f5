import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';
import { breakGlassGroup, controllerNamespace, controllerServiceAccount } from '../../charts/cluster-names.ts';
import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import { sites } from '../../src/api/site.ts';
import { loadApp } from '../../src/cli/load-app.ts';
import { firstSharedFailover, firstStackFailover } from '../../src/cli/render/first-install.ts';
import { renderApp } from '../../src/cli/render/render-app.ts';
import type { JsonObject } from '../../src/render/json.ts';
import { type CompositionLike, render } from '../../src/render/render.ts';
import { type Cluster, startCluster } from './rig/cluster.ts';
import { autoReady, type Crossplane, startCrossplane } from './rig/crossplane.ts';
import { ApiClient, type KubernetesObject } from './rig/kubernetes/api-client.ts';
import { applyAll } from './rig/kubernetes/apply-all.ts';
import { conditionOf, isTrue } from './rig/kubernetes/conditions.ts';
import { kubectl } from './rig/kubernetes/kubectl.ts';
import { waitFor } from './rig/process/wait-for.ts';
import { kindsInUse } from './rig/provider/kinds-in-use.ts';
import { providerCrds } from './rig/provider/provider-crds.ts';
import { circuitBreaker, patchAndTransform } from './stage/functions.ts';
import { applyFiles, listOf, type ManifestFile, packageKinds, storable, synthesize } from './stage/manifests.ts';

const example = 'examples/trading-rds.yaml';
const namespace = 'trading';
const group = 'understudy.dev/v1alpha1';

/** Crossplane makes some hundred resources, one after the other, on a small machine. */
const composeLimit = { limitMs: 240_000 };

function reference(kind: string, name: string) {
  return { apiVersion: group, kind, metadata: { namespace, name } };
}

const composites = [
  reference('RegionalStack', 'trading-primary'),
  reference('RegionalStack', 'trading-secondary'),
  reference('GlobalServices', 'trading-global'),
];

/** What the primary's status says that it waits for. */
async function awaited({ api }: Cluster): Promise<{ readonly roles?: string } | undefined> {
  const { status } = (await api.get(reference('RegionalStack', 'trading-primary'))) as {
    readonly status?: { readonly awaits?: { readonly roles?: string } };
  };
  return status?.awaits;
}

describe('an application in two regions, applied to a cluster', () => {
  let cluster: Cluster;
  let crossplane: Crossplane;
  let controller: ApiClient;
  let app: MultiRegionApp;
  let files: readonly ManifestFile[];
  let objects: readonly KubernetesObject[];

  beforeAll(async () => {
    app = await loadApp(example);
    cluster = await startCluster();
    files = await synthesize(example, join(cluster.folder, 'dist'));
    objects = files.flatMap((file) => file.objects);
    crossplane = await startCrossplane(cluster, {
      functions: [patchAndTransform, await autoReady()],
      coreArgs: circuitBreaker,
    });
    const { crds, areReal } = await providerCrds(kindsInUse([objects, renderApp(app)]));
    await applyAll(cluster.api, crds);
    process.stdout.write(`${crds.length} ${areReal ? 'CRDs of provider-aws' : 'stand-in CRDs'} are served\n`);
    controller = await controllerOf(cluster);
  });

  afterAll(async () => {
    await crossplane?.stop();
    await cluster?.stop();
  });

  it('is accepted, in the order of its files', async () => {
    const packages = objects.filter(({ kind }) => packageKinds.includes(kind));
    await applyAll(cluster.api, packages, { dryRun: true });
    await applyFiles(cluster, files);
    process.stdout.write(`${objects.length} objects of dist/ accepted\n`);
    expect(objects.filter(({ kind }) => kind === 'CompositeResourceDefinition')).toHaveLength(2);
    expect(await cluster.api.list('apiextensions.crossplane.io/v1', 'Composition')).toHaveLength(2);
  });

  it('composes nothing that depends on a role before the controller has asked the journal', async () => {
    await waitFor('the sites are composed', () => everyCompositeSynced(cluster), composeLimit);
    const expected = renderedNames(objects);
    await waitFor(
      'all that depends on no role is composed',
      async () => (await composedOf(cluster)).length >= expected.length,
      composeLimit,
    );
    expect(await composedNames(cluster)).toEqual(expected);
    const kinds = (await composedOf(cluster)).map(({ kind, apiVersion }) => `${kind}.${apiVersion.split('.')[0]}`);
    expect(kinds).toContain('LB.elbv2');
    for (const gated of ['Instance.rds', 'Record.route53', 'AutoscalingGroup.autoscaling']) {
      expect(kinds).not.toContain(gated);
    }
  });

  it('says what it waits for', async () => {
    const events = await waitFor('an event names the field', async () => {
      const all = await cluster.api.list('v1', 'Event', namespace);
      const told = all.filter(({ message }) => String(message).includes('before spec.failover.term exists'));
      return told.length > 0 && told;
    });
    expect(String(events[0]?.message)).toMatch(
      /database-a is not created before spec\.failover\.\S+ exists|is not created/,
    );
    const stack = await cluster.api.get(reference('RegionalStack', 'trading-primary'));
    expect(conditionOf(stack, 'Ready')).toMatchObject({ status: 'False' });
    await waitFor('the status names the field', async () =>
      String((await awaited(cluster))?.roles).includes('spec.failover.term'),
    );
  });

  it('lets nobody but the controller write spec.failover', async () => {
    const stack = reference('RegionalStack', 'trading-primary');
    const failover = { term: 1, role: 'active' };
    await expect(cluster.api.mergePatch(stack, { spec: { failover } })).rejects.toThrow(
      'spec.failover is written by the controller alone',
    );
    await writeFailover(controller, app);
    expect((await failoverOf(cluster, stack)) as object).toMatchObject({ term: 1, role: 'active' });
  });

  it('composes the rest once the controller has written it', async () => {
    await waitFor(
      'databases and records are composed',
      async () => {
        const kinds = (await composedOf(cluster)).map(({ kind }) => kind);
        return ['Instance', 'Record', 'AutoscalingGroup'].every((kind) => kinds.includes(kind));
      },
      composeLimit,
    );
    const expected = renderedNames(objects, app);
    await waitFor(
      'everything is composed',
      async () => {
        const there = new Set(await composedNames(cluster));
        return expected.every((name) => there.has(name));
      },
      composeLimit,
    );
    process.stdout.write(`${expected.length} resources composed by Crossplane\n`);
    await waitFor('the status awaits no role', async () => (await awaited(cluster))?.roles === 'nothing: term 1');
    expect(await composedNames(cluster)).toEqual(expected);
    for (const composite of composites) {
      expect(conditionOf(await cluster.api.get(composite), 'Responsive')).toMatchObject({ status: 'True' });
    }
  });

  it('gives resources that the provider takes, each of them strictly validated', async () => {
    const rendered = renderApp(app).map(({ name, resources }) => ({
      name,
      resources: resources as unknown as KubernetesObject[],
    }));
    for (const { name, resources } of rendered) {
      await applyAll(cluster.api, resources, { dryRun: true, fieldManager: 'dry-run' });
      process.stdout.write(`${name}: ${resources.length} composed resources accepted\n`);
    }
    expect(rendered.map(({ resources }) => resources.length > 5)).toEqual([true, true, true]);
  });

  it.each([
    ['client-side', []],
    ['server-side', ['--server-side']],
  ])('changes nothing of spec.failover when it is applied again, %s', async (_, flags) => {
    const before = await Promise.all(composites.map((one) => failoverOf(cluster, one)));
    expect(before).not.toContain(undefined);
    await kubectl(cluster, ['apply', ...flags, '-f', '-'], listOf(storable(files)));
    expect(await Promise.all(composites.map((one) => failoverOf(cluster, one)))).toEqual(before);
  });

  it('is not replaced', async () => {
    const stacks = objects.filter(({ kind }) => kind === 'RegionalStack');
    const before = await Promise.all(composites.map((one) => failoverOf(cluster, one)));
    await expect(kubectl(cluster, ['replace', '-f', '-'], listOf(stacks))).rejects.toThrow(
      /ValidatingAdmissionPolicy 'understudy-failover'.*spec\.failover is written by the controller alone/s,
    );
    expect(await Promise.all(composites.map((one) => failoverOf(cluster, one)))).toEqual(before);
  });

  it('is not made anew with roles in it', async () => {
    const [stack] = objects.filter(({ kind }) => kind === 'RegionalStack');
    const other = {
      ...stack,
      metadata: { namespace, name: 'other' },
      spec: { ...(stack?.spec as object), failover: {} },
    };
    await expect(cluster.api.apply(other as KubernetesObject, { dryRun: true })).rejects.toThrow(
      'written by the controller',
    );
  });

  it('is open to the break-glass group', async () => {
    const patch = JSON.stringify({ spec: { failover: { fenced: true } } });
    const args = ['patch', 'regionalstack', 'trading-primary', '-n', namespace, '--type=merge', '-p', patch];
    const groups = [breakGlassGroup, 'system:masters'].map((one) => `--as-group=${one}`);
    await kubectl(cluster, [...args, '--as=somebody', ...groups]);
    expect(await failoverOf(cluster, reference('RegionalStack', 'trading-primary'))).toMatchObject({ fenced: true });
  });
});

/** The API as the controller sees it, with the rights that it needs here. */
async function controllerOf(cluster: Cluster): Promise<ApiClient> {
  const metadata = { namespace: controllerNamespace, name: controllerServiceAccount };
  await applyAll(cluster.api, [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: controllerNamespace } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'e2e-controller' },
      rules: [{ apiGroups: ['understudy.dev'], resources: ['*'], verbs: ['get', 'patch'] }],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'e2e-controller' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'e2e-controller' },
      subjects: [{ kind: 'ServiceAccount', ...metadata }],
    },
  ]);
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromFile(await cluster.serviceAccountKubeconfig(metadata.namespace, metadata.name));
  return new ApiClient(kubeConfig);
}

/** As the controller does at a first install. */
async function writeFailover(controller: ApiClient, app: MultiRegionApp): Promise<void> {
  for (const composite of composites) {
    const failover = firstFailover(app, composite.metadata.name);
    await controller.apply(
      { ...composite, spec: { failover } },
      { fieldManager: 'understudy-controller', force: false },
    );
  }
}

async function failoverOf(cluster: Cluster, composite: ReturnType<typeof reference>): Promise<unknown> {
  const object = await cluster.api.get(composite);
  return (object?.spec as { readonly failover?: unknown } | undefined)?.failover;
}

/** `Kind name` of what the compositions of dist/ give in process, with what the controller writes or before it. */
function renderedNames(objects: readonly KubernetesObject[], app?: MultiRegionApp): string[] {
  return composites
    .flatMap(({ kind, metadata }) => {
      const composite = objects.find((one) => one.kind === kind && one.metadata.name === metadata.name);
      const spec = composite?.spec as { readonly crossplane: { readonly compositionRef: { readonly name: string } } };
      const composition = objects.find(({ metadata: { name } }) => name === spec.crossplane.compositionRef.name);
      const failover = app === undefined ? undefined : firstFailover(app, metadata.name);
      const xr = JSON.parse(JSON.stringify({ ...composite, spec: { ...spec, failover } })) as JsonObject;
      return [...render((composition ?? {}) as CompositionLike, xr).resources.values()];
    })
    .map(({ kind, metadata }) => `${kind} ${(metadata as JsonObject).name}`)
    .sort();
}

/** What the controller writes to a composite at a first install. */
function firstFailover(app: MultiRegionApp, name: string): object {
  const site = sites.find((each) => name === `trading-${each}`);
  return site === undefined ? firstSharedFailover() : firstStackFailover(app, site);
}

async function composedNames(cluster: Cluster): Promise<string[]> {
  return (await composedOf(cluster)).map(({ kind, name }) => `${kind} ${name}`).sort();
}

/** @throws Error with what Crossplane says of the first composite that is not. */
async function everyCompositeSynced(cluster: Cluster): Promise<boolean> {
  for (const composite of composites) {
    const object = await cluster.api.get(composite);
    if (!isTrue(object, 'Synced')) {
      throw new Error(`${composite.metadata.name}: ${conditionOf(object, 'Synced')?.message ?? 'not looked at yet'}`);
    }
  }
  return true;
}

interface Reference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

/** What Crossplane says that the composites are composed of. */
async function composedOf(cluster: Cluster): Promise<Reference[]> {
  const all = await Promise.all(composites.map((one) => cluster.api.get(one)));
  return all.flatMap((one) => {
    const { crossplane } = (one?.spec ?? {}) as { readonly crossplane?: { readonly resourceRefs?: Reference[] } };
    return crossplane?.resourceRefs ?? [];
  });
}
