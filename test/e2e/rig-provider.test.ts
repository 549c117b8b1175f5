import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Cluster, startCluster } from './rig/cluster.ts';
import { deletionLimitMs } from './rig/control-plane/controller-manager.ts';
import type { KubernetesObject } from './rig/kubernetes/api-client.ts';
import { applyAll } from './rig/kubernetes/apply-all.ts';
import { conditionOf, isTrue } from './rig/kubernetes/conditions.ts';
import { waitFor } from './rig/process/wait-for.ts';
import { permissiveCrd } from './rig/provider/permissive-crd.ts';
import { type PlayedProvider, type PlayProviderOptions, playProvider } from './rig/provider/play-provider.ts';
import { providerCrds, providerCrdsFolder } from './rig/provider/provider-crds.ts';

const kinds = [
  { apiVersion: 's3.aws.m.upbound.io/v1beta1', kind: 'Bucket' },
  { apiVersion: 'rds.aws.m.upbound.io/v1beta1', kind: 'Instance' },
];
const namespace = 'team-a';

function bucket(name: string, forProvider: object = { region: 'eu-west-1' }): KubernetesObject {
  return {
    apiVersion: 's3.aws.m.upbound.io/v1beta1',
    kind: 'Bucket',
    metadata: { namespace, name },
    spec: { forProvider },
  };
}

/** A database whose password is to be in the Secret of the same name. */
function database(name: string): KubernetesObject {
  return {
    apiVersion: 'rds.aws.m.upbound.io/v1beta1',
    kind: 'Instance',
    metadata: { namespace, name },
    spec: {
      forProvider: {
        region: 'eu-west-1',
        instanceClass: 'db.t4g.micro',
        engine: 'postgres',
        allocatedStorage: 20,
        username: 'app',
        autoGeneratePassword: true,
        passwordSecretRef: { name, key: 'password' },
      },
      writeConnectionSecretToRef: { name: `${name}-connection` },
    },
  };
}

function secret(name: string, data?: Readonly<Record<string, string>>): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name }, ...(data === undefined ? {} : { data }) };
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

describe('managed resources of provider-aws', () => {
  let cluster: Cluster;
  let provider: PlayedProvider | undefined;

  beforeAll(async () => {
    cluster = await startCluster();
    const { crds } = await providerCrds(kinds);
    await applyAll(cluster.api, [...crds, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }]);
  });

  afterEach(async () => {
    await provider?.stop();
    provider = undefined;
  });

  afterAll(() => cluster?.stop());

  const play = async (options: Omit<PlayProviderOptions, 'kinds'>) => {
    provider = await playProvider(cluster, { kinds, pollIntervalMs: 100, ...options });
  };

  const eventually = (name: string, what: string, holds: (managed: KubernetesObject) => boolean) =>
    waitFor(what, async () => {
      const managed = await cluster.api.get(bucket(name));
      return managed !== undefined && holds(managed) && managed;
    });

  it('a dry run accepts a right object and stores nothing', async () => {
    await cluster.api.apply(bucket('right'), { dryRun: true });
    expect(await cluster.api.get(bucket('right'))).toBeUndefined();
  });

  (providerCrdsFolder() === undefined ? it.skip : it)(
    "a dry run refuses a misspelt field (needs the provider's own CRDs)",
    async () => {
      const misspelt = bucket('wrong', { region: 'eu-west-1', forceDestory: true });
      await expect(cluster.api.apply(misspelt, { dryRun: true })).rejects.toThrow(/spec\.forProvider\.forceDestory/);
    },
  );

  it("accept any field where the provider's own CRDs cannot be had", async () => {
    const kind = { apiVersion: 'stand-in.aws.m.upbound.io/v1beta1', kind: 'Proxy' };
    await applyAll(cluster.api, [permissiveCrd(kind)]);
    const proxy = { ...kind, metadata: { namespace, name: 'any' }, spec: { forProvider: { anything: [{ goes: 1 }] } } };
    expect(await cluster.api.apply(proxy)).toMatchObject({ spec: proxy.spec });
    const status = { atProvider: { arn: 'arn' }, conditions: [{ type: 'Ready', status: 'True' }] };
    expect(await cluster.api.mergePatch(proxy, { status }, 'status')).toMatchObject({ status });
  });

  it('become ready with what the world says of them', async () => {
    await play({ observe: ({ metadata }) => ({ atProvider: { arn: `arn:aws:s3:::${metadata.name}` } }) });
    await cluster.api.apply(bucket('observed'));
    const ready = await eventually('observed', 'the bucket is ready', (managed) => isTrue(managed, 'Ready'));
    expect(ready).toMatchObject({
      metadata: { annotations: { 'crossplane.io/external-name': 'observed' } },
      status: { atProvider: { arn: 'arn:aws:s3:::observed' } },
    });
    expect(isTrue(ready, 'Synced')).toBe(true);
  });

  it('follow the world without an event in Kubernetes', async () => {
    let ready = false;
    await play({ observe: () => ({ ready }) });
    await cluster.api.apply(bucket('slow'));
    await eventually('slow', 'it is being created', (managed) => conditionOf(managed, 'Ready')?.reason === 'Creating');
    ready = true;
    await eventually('slow', 'it is ready', (managed) => isTrue(managed, 'Ready'));
  });

  it('are left alone while they are paused', async () => {
    const observed = new Set<string>();
    await play({
      observe: ({ metadata }) => {
        observed.add(metadata.name);
        return {};
      },
    });
    const pausedBucket = bucket('paused');
    const metadata = { ...pausedBucket.metadata, annotations: { 'crossplane.io/paused': 'true' } };
    await cluster.api.apply({ ...pausedBucket, metadata });
    await eventually('paused', 'it says so', (managed) => conditionOf(managed, 'Synced')?.reason === 'ReconcilePaused');
    expect(observed).not.toContain('paused');
    await cluster.api.apply(pausedBucket);
    await eventually('paused', 'it is ready', (managed) => isTrue(managed, 'Ready'));
  });

  it('tell of an error of AWS, and recover from it', async () => {
    let broken = true;
    await play({
      observe: () => {
        if (broken) {
          throw new Error('BucketAlreadyExists');
        }
        return {};
      },
    });
    await cluster.api.apply(bucket('taken'));
    const failed = await eventually(
      'taken',
      'it is not synced',
      (managed) => conditionOf(managed, 'Synced')?.status === 'False',
    );
    expect(conditionOf(failed, 'Synced')).toMatchObject({ reason: 'ReconcileError', message: 'BucketAlreadyExists' });
    broken = false;
    await eventually('taken', 'it is synced', (managed) => isTrue(managed, 'Synced'));
  });

  it('go away only once AWS has deleted them, with their namespace', async () => {
    let refuses = true;
    await play({
      observe: () => ({}),
      remove: () => {
        if (refuses) {
          throw new Error('BucketNotEmpty');
        }
      },
    });
    const doomed: KubernetesObject = { ...bucket('full'), metadata: { namespace: 'doomed', name: 'full' } };
    const home = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'doomed' } };
    await applyAll(cluster.api, [home, doomed]);
    await waitFor('the bucket is ready', async () => isTrue(await cluster.api.get(doomed), 'Ready'));
    await cluster.api.delete(home);
    await waitFor('AWS refuses', async () => {
      const condition = conditionOf(await cluster.api.get(doomed), 'Synced');
      return condition?.message === 'BucketNotEmpty';
    });
    refuses = false;
    await waitFor('the namespace is gone', async () => (await cluster.api.get(home)) === undefined, {
      limitMs: deletionLimitMs,
    });
  });

  it('get a generated password once, and never a new one for a Secret that holds one', async () => {
    await play({ observe: () => ({ connectionDetails: { endpoint: 'db.example:5432' } }) });
    const restored = secret('restored', { password: base64('the old one') });
    await applyAll(cluster.api, [restored, database('restored'), database('fresh')]);
    for (const name of ['restored', 'fresh']) {
      await waitFor(`${name} is ready`, async () => isTrue(await cluster.api.get(database(name)), 'Ready'));
    }
    expect((await cluster.api.get(restored))?.data).toEqual({ password: base64('the old one') });
    const generated = await cluster.api.get(secret('fresh'));
    expect(generated?.data).toEqual({ password: expect.stringMatching(/^\S{20,}$/) });
    expect((await cluster.api.get(secret('fresh-connection')))?.data).toEqual({ endpoint: base64('db.example:5432') });

    await cluster.api.delete(database('restored'));
    await cluster.api.delete(database('fresh'));
    await waitFor(
      'the generated Secret went with its database',
      async () => (await cluster.api.get(secret('fresh'))) === undefined,
      { limitMs: deletionLimitMs },
    );
    expect(await cluster.api.get(restored)).toBeDefined();
  });

  it('are seen to again after an outage of the API server', async () => {
    await play({ observe: () => ({}) });
    await cluster.stopApiServer();
    await cluster.startApiServer();
    await cluster.api.apply(bucket('late'));
    await eventually('late', 'it is ready', (managed) => isTrue(managed, 'Ready'));
  });
});
