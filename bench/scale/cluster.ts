import { App } from 'cdk8s';
import { controllerNamespace, controllerServiceAccount } from '../../charts/cluster-names.ts';
import { ControllerChart } from '../../charts/controller-chart.ts';
import { ApiClient } from '../../controller/runtime/api-client.ts';
import type { Resource } from '../../controller/runtime/resource.ts';
import { failoverDefinition, failoverPlanDefinition } from '../../src/api/definitions.ts';
import { apiVersion } from '../../src/api/object-meta.ts';
import { systemClock } from '../../src/aws/system-clock.ts';
import { type Cluster, startCluster } from '../../test/e2e/rig/cluster.ts';
import type { KubernetesObject } from '../../test/e2e/rig/kubernetes/api-client.ts';
import { applyAll } from '../../test/e2e/rig/kubernetes/apply-all.ts';
import { benchNamespace } from './plans.ts';

export const plansResource: Resource = { apiVersion, kind: 'FailoverPlan', plural: 'failoverplans', namespaced: true };

/** A real API server with the controller's kinds and rights. */
export interface BenchCluster {
  readonly cluster: Cluster;
  /** As the administrator, over connections that are kept. */
  readonly api: ApiClient;
  /** Kubeconfig of the controller's ServiceAccount. */
  readonly controllerKubeconfig: string;
}

/** What Crossplane would define; no plan of a bench has any. */
function composite(kind: string, plural: string): KubernetesObject {
  const [group = '', version] = apiVersion.split('/');
  const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase() },
      scope: 'Namespaced',
      versions: [{ name: version, served: true, storage: true, schema: { openAPIV3Schema: anything } }],
    },
  };
}

export async function startBenchCluster(): Promise<BenchCluster> {
  const cluster = await startCluster();
  const chart = new ControllerChart(new App(), 'controller', {}).toJson() as KubernetesObject[];
  await applyAll(cluster.api, [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: benchNamespace } },
    failoverPlanDefinition() as unknown as KubernetesObject,
    failoverDefinition() as unknown as KubernetesObject,
    composite('RegionalStack', 'regionalstacks'),
    composite('GlobalServices', 'globalservices'),
    ...chart,
  ]);
  return {
    cluster,
    api: new ApiClient({ kubeConfig: cluster.admin, clock: systemClock }),
    controllerKubeconfig: await cluster.serviceAccountKubeconfig(controllerNamespace, controllerServiceAccount),
  };
}

/** Does a piece of work for each number below `count`, so many at once. */
export async function forEach(count: number, atOnce: number, work: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const index = next;
      next += 1;
      await work(index);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
