import { join } from 'node:path';
import type { FailoverStatus } from '../../../src/api/failover.ts';
import type { FailoverPlan } from '../../../src/api/failover-plan.ts';
import { failoverPlanOf } from '../../../src/api/failover-plan-of.ts';
import type { FailoverPlanStatus } from '../../../src/api/failover-plan-status.ts';
import type { RegionalStackStatus, StackFailover } from '../../../src/api/regional-stack.ts';
import type { Site } from '../../../src/api/site.ts';
import { loadApp } from '../../../src/cli/load-app.ts';
import { scalePlan } from '../../../src/sandbox/speed.ts';
import { startWorld, type World } from '../../../src/sandbox/world/world.ts';
import { type Cluster, startCluster } from '../rig/cluster.ts';
import { autoReady, type Crossplane, startCrossplane } from '../rig/crossplane.ts';
import type { KubernetesObject } from '../rig/kubernetes/api-client.ts';
import { applyAll } from '../rig/kubernetes/apply-all.ts';
import { isTrue } from '../rig/kubernetes/conditions.ts';
import { waitFor } from '../rig/process/wait-for.ts';
import { kindsInUse } from '../rig/provider/kinds-in-use.ts';
import { playProvider } from '../rig/provider/play-provider.ts';
import { providerCrds } from '../rig/provider/provider-crds.ts';
import { type AuditLog, auditLog } from './audit-log.ts';
import { awsProvider } from './aws/aws-provider.ts';
import { type ControllerProcess, type ControllerProcessOptions, startControllerProcess } from './controller-process.ts';
import { circuitBreaker, patchAndTransform } from './functions.ts';
import { applyFiles, type ManifestFile, synthesize } from './manifests.ts';

const example = 'examples/trading-rds.yaml';
export const namespace = 'trading';
const group = 'understudy.dev/v1alpha1';

/**
 * Settings of the application are shortened so, as `npm run demo -- --speed 5` does it. Faster, and a machine that is busy
 * with a cluster beside two regions looks like an outage now and then.
 */
const speed = 5;

/** Both regions of the example, as on a quiet day. */
export async function startExampleWorld(): Promise<World> {
  const signal = new AbortController().signal;
  return startWorld({ app: await loadApp(example), speed, onProgress: () => undefined, signal });
}

export interface PlanObject extends KubernetesObject {
  readonly status?: FailoverPlanStatus;
}
export interface FailoverObject extends KubernetesObject {
  readonly status?: FailoverStatus;
}
export interface StackObject extends KubernetesObject {
  readonly spec: { readonly failover?: StackFailover };
  readonly status?: RegionalStackStatus;
}

/** The operations cluster: Crossplane, a provider with the world behind it, and the application's manifests. */
export interface OperationsCluster {
  readonly cluster: Cluster;
  readonly crossplane: Crossplane;
  readonly audit: AuditLog;
  /** dist/ of the application, with this world's ports and shortened settings in it. */
  readonly files: readonly ManifestFile[];
  /** `kubectl apply --server-side -f dist/`. */
  applyManifests(): Promise<void>;
  /** Waits until Crossplane has composed all that it can by now. */
  untilComposed(): Promise<void>;
  /** Kinds of what depends on a role, as far as it is composed. */
  rolesComposed(): Promise<readonly string[]>;
  /** Starts a replica of the controller. */
  startController(options?: ControllerProcessOptions): Promise<ControllerProcess>;
  plan(): Promise<PlanObject | undefined>;
  failovers(): Promise<readonly FailoverObject[]>;
  failover(name: string): Promise<FailoverObject | undefined>;
  stack(site: Site): Promise<StackObject | undefined>;
  /** The managed resource of the database in a slot. */
  database(site: Site, slot?: 'a' | 'b'): Promise<KubernetesObject | undefined>;
  stop(): Promise<void>;
}

/** Starts a cluster with all that an operations cluster has, but the application and the controller. */
export async function startOperationsCluster(world: World): Promise<OperationsCluster> {
  const audit = auditLog();
  const cluster = await startCluster({ apiServerArgs: audit.apiServerArgs });
  const files = (await synthesize(example, join(cluster.folder, 'dist'))).map((file) => shortened(file, world));
  const crossplane = await startCrossplane(cluster, {
    functions: [patchAndTransform, await autoReady()],
    coreArgs: circuitBreaker,
  });
  const kinds = kindsInUse(files);
  const { crds } = await providerCrds(kinds);
  await applyAll(cluster.api, crds);
  const aws = awsProvider(world, cluster.api);
  const managed = kinds.filter(({ kind }) => !kind.endsWith('ProviderConfig'));
  const provider = await playProvider(cluster, { kinds: managed, observe: aws.observe, remove: aws.remove });
  const controllers: ControllerProcess[] = [];

  const get = <T extends KubernetesObject>(kind: string, name: string, apiVersion = group): Promise<T | undefined> =>
    cluster.api.get({ apiVersion, kind, metadata: { namespace, name } }) as Promise<T | undefined>;
  return {
    cluster,
    crossplane,
    audit,
    files,
    applyManifests: () => applyFiles(cluster, files),
    untilComposed: async () => {
      for (const [kind, name] of composites) {
        await waitFor(`${name} is composed`, async () => isTrue(await get(kind, name), 'Synced'), composeLimit);
      }
    },
    rolesComposed: async () => {
      const composed = await Promise.all(composites.map(([kind, name]) => get(kind, name)));
      return composed.flatMap(kindsComposed).filter((kind) => roleKinds.includes(kind));
    },
    async startController(options) {
      const name = `controller-${controllers.length + 1}`;
      const controller = await startControllerProcess(cluster, world, name, options);
      controllers.push(controller);
      return controller;
    },
    plan: () => get('FailoverPlan', world.app.metadata.name),
    failovers: async () => (await cluster.api.list(group, 'Failover', namespace)) as readonly FailoverObject[],
    failover: (name) => get('Failover', name),
    stack: (site) => get('RegionalStack', `${world.app.metadata.name}-${site}`),
    database: (site, slot = 'a') =>
      get('Instance', `${world.app.metadata.name}-${site}-database-${slot}`, 'rds.aws.m.upbound.io/v1beta1'),
    async stop() {
      await Promise.all(controllers.map((controller) => controller.kill()));
      await provider.stop();
      aws.close();
      await crossplane.stop();
      await cluster.stop();
    },
  };
}

/** Crossplane makes some hundred resources, one after the other, on a small machine. */
const composeLimit = { limitMs: 240_000 };

const composites = [
  ['RegionalStack', 'trading-primary'],
  ['RegionalStack', 'trading-secondary'],
  ['GlobalServices', 'trading-global'],
] as const;

/** What a cluster that was built anew must not have before it knows the roles. */
const roleKinds: readonly string[] = ['Instance', 'Record', 'AutoscalingGroup'];

function kindsComposed(composite: KubernetesObject | undefined): readonly string[] {
  const { crossplane } = (composite?.spec ?? {}) as {
    readonly crossplane?: { readonly resourceRefs?: readonly { readonly kind: string }[] };
  };
  return (crossplane?.resourceRefs ?? []).map(({ kind }) => kind);
}

/** A busy machine must not look like an outage: looks are two seconds apart, and it takes five of them. */
function patientPlan(plan: FailoverPlan): FailoverPlan {
  return { ...plan, spec: { ...plan.spec, detection: { ...plan.spec.detection, failureThreshold: 5 } } };
}

/**
 * The file with the world's plan in the place of the application's, in the FailoverPlan and in the parameter that the
 * functions read: the world's ports, and its speed.
 */
function shortened(file: ManifestFile, world: World): ManifestFile {
  const own = patientPlan(scalePlan(world.plan, world.speed));
  const text = JSON.stringify(failoverPlanOf(world.app));
  const replaced = (value: unknown): unknown => {
    if (value === text) return JSON.stringify(own);
    if (Array.isArray(value)) return value.map(replaced);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, replaced(each)]));
  };
  const objects = file.objects.map((object) =>
    object.kind === 'FailoverPlan' ? { ...object, spec: own.spec } : (replaced(object) as KubernetesObject),
  );
  return { ...file, objects };
}
