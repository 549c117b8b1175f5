import { ApiObject, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { MultiRegionApp } from '../src/api/multi-region-app.ts';
import { controllerNamespace } from './cluster-names.ts';
import { accessObjects } from './controller/access-objects.ts';
import { crossplaneAccess } from './controller/crossplane-access.ts';
import { installationOf, objectLabels } from './controller/installation.ts';
import { controllerLimits } from './controller/limits.ts';
import { monitoring } from './controller/monitoring.ts';
import { networkPolicy } from './controller/network-policy.ts';
import { type ControllerSettingsInput, controllerSettingsSchema } from './controller/settings.ts';
import { deployment, disruptionBudget, metricsService, serviceAccount } from './controller/workload.ts';
import type { ManagedKind } from './managed-kind.ts';

export interface ControllerChartProps {
  /** How the cluster runs it; docs/reference/controller.md describes each setting. @default every default */
  readonly settings?: ControllerSettingsInput;
  /** Applications of the cluster: they say where credentials come from, and which ports to let out. @default none */
  readonly apps?: readonly MultiRegionApp[];
  /** Kinds that Crossplane may compose. @default none: it has its rights from its RBAC manager */
  readonly kinds?: readonly ManagedKind[];
}

/**
 * The controller, in a namespace of its own: who it is, what it may do, how it runs, and what watches it. Its rights in
 * an application's namespace are objects of that application (`applicationAccessObjects`).
 *
 * A cluster may have several, each with a `selector` and a `leaseName` of its own: namespace, ServiceAccount and
 * ClusterRole are then the same objects in each chart.
 *
 * @throws ZodError for settings that `readControllerSettings` would report as problems.
 * @example
 * new ControllerChart(app, 'controller', { settings: { image: 'registry.example.com/understudy-controller:0.1.0' } });
 */
export class ControllerChart extends Chart {
  constructor(scope: Construct, id: string, { settings = {}, apps = [], kinds = [] }: ControllerChartProps = {}) {
    super(scope, id);
    const installation = installationOf(controllerSettingsSchema.parse(settings), apps);
    const objects = [
      namespace,
      serviceAccount(installation),
      ...accessObjects(installation),
      ...controllerLimits(),
      ...(kinds.length === 0 ? [] : [crossplaneAccess(kinds)]),
      deployment(installation),
      disruptionBudget(installation),
      metricsService(installation),
      ...(installation.settings.network.policy ? [networkPolicy(installation)] : []),
      ...monitoring(installation),
    ];
    for (const object of objects) {
      new ApiObject(this, `${object.kind}-${object.metadata?.name}`, object);
    }
  }
}

/** Whatever else is put there has to be as harmless. */
const namespace = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name: controllerNamespace,
    labels: {
      ...objectLabels,
      ...Object.fromEntries(
        ['enforce', 'audit', 'warn'].map((mode) => [`pod-security.kubernetes.io/${mode}`, 'restricted']),
      ),
    },
  },
};
