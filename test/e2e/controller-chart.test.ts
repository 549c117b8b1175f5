import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';
import { controllerNamespace, controllerServiceAccount, serviceAccountUser } from '../../charts/cluster-names.ts';
import { composedApp } from '../../charts/composed-app.ts';
import type { AccessRule } from '../../charts/controller/access-rule.ts';
import { applicationAccess, applicationAccessObjects } from '../../charts/controller/application-access.ts';
import { clusterAccess, ownNamespaceAccess } from '../../charts/controller/cluster-access.ts';
import type { ControllerSettingsInput } from '../../charts/controller/settings.ts';
import { composedKinds } from '../../charts/managed-kind.ts';
import { stackObject } from '../../compositions/regional-stack/stack-object.ts';
import { defaultLeaseName } from '../../src/api/controller-flags.ts';
import {
  type CompositeResourceDefinition,
  failoverDefinition,
  failoverPlanDefinition,
  regionalStackDefinition,
} from '../../src/api/definitions.ts';
import { controllerObjects } from '../charts/controller/controller-objects.ts';
import { appOf } from '../compositions/regional-stack/rendered-site.ts';
import { failoverObject, planObject } from './failover-objects.ts';
import { type Cluster, startCluster } from './rig/cluster.ts';
import { ApiClient, type KubernetesObject } from './rig/kubernetes/api-client.ts';
import { applyAll } from './rig/kubernetes/apply-all.ts';
import { waitFor } from './rig/process/wait-for.ts';
import { permissiveCrd } from './rig/provider/permissive-crd.ts';

const app = appOf({ domain: { name: 'trading.example.com', existingZoneId: 'Z0123456789' } });
const { namespace } = app.metadata;
const composed = composedApp(app);
const database = { apiVersion: 'rds.aws.m.upbound.io/v1beta1', kind: 'Instance' };
const ofApplication = applicationAccess(app, composed);
const kinds = composedKinds(composed.map(({ composition }) => composition));

/** Prometheus' operator is not in the rig; the shape of its objects is checked without a cluster. */
function objectsWith(settings: ControllerSettingsInput = {}): KubernetesObject[] {
  const props = { apps: [app], kinds, settings: { ...settings, monitoring: { dashboard: true } } };
  return controllerObjects(props) as unknown as KubernetesObject[];
}

/** What a request is about, as the API server asks its authorizer. */
interface Request {
  readonly verb: string;
  readonly group?: string;
  /** With its subresource, as `failovers/status`. */
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
}

describe("the controller's manifests, on a real API server", () => {
  let cluster: Cluster;
  let controller: ApiClient;

  beforeAll(async () => {
    cluster = await startCluster();
    await applyAll(cluster.api, [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
      ...[failoverPlanDefinition(), failoverDefinition()].map((each) => each as unknown as KubernetesObject),
      servedWithoutCrossplane(regionalStackDefinition()),
      permissiveCrd(database) as unknown as KubernetesObject,
      ...objectsWith(),
      ...(applicationAccessObjects(app, composed) as unknown as KubernetesObject[]),
    ]);
    const kubeConfig = new KubeConfig();
    kubeConfig.loadFromFile(await cluster.serviceAccountKubeconfig(controllerNamespace, controllerServiceAccount));
    controller = new ApiClient(kubeConfig);
  }, 1_200_000);

  afterAll(async () => {
    await cluster?.stop();
  });

  async function may({ verb, group = '', resource, ...where }: Request): Promise<boolean> {
    const [plural, subresource] = resource.split('/');
    const review = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: {
        user: serviceAccountUser(controllerNamespace, controllerServiceAccount),
        groups: ['system:serviceaccounts', `system:serviceaccounts:${controllerNamespace}`, 'system:authenticated'],
        resourceAttributes: { verb, group, resource: plural, subresource, ...where },
      },
    };
    const path = await cluster.api.collectionPath(review.apiVersion, review.kind);
    const { status } = await cluster.api.request<{ readonly status: { readonly allowed: boolean } }>(
      'POST',
      path,
      'application/json',
      review,
    );
    return status.allowed;
  }

  describe('objects', () => {
    it.each<[string, ControllerSettingsInput]>([
      ['with IRSA', { credentials: { source: 'IRSA' } }],
      ['with Pod Identity', { credentials: { source: 'PodIdentity' }, replicas: 1 }],
      [
        'with every setting',
        {
          image: 'registry.example.com/team/controller@sha256:abc',
          imagePullSecrets: ['registry'],
          region: 'eu-west-1',
          credentials: { source: 'Secret' },
          selector: 'shard in (a, b)',
          leaseName: 'shard-a',
          workers: 32,
          logLevel: 'debug',
          priorityClassName: 'important',
          network: { metricsNamespace: 'monitoring', egressPorts: [5433] },
        },
      ],
    ])('are accepted, strictly validated: %s', async (_, settings) => {
      const objects = objectsWith(settings);
      await applyAll(cluster.api, objects, { dryRun: true });
      expect(objects.length).toBeGreaterThan(10);
    });

    it('say all that the server would otherwise add to: a second apply changes nothing', async () => {
      const versions = async () =>
        Promise.all(objectsWith().map(async (object) => (await cluster.api.get(object))?.metadata.resourceVersion));
      const before = await versions();
      await applyAll(cluster.api, objectsWith());
      expect(await versions()).toEqual(before);
    });

    it('make pods that a restricted namespace admits', async () => {
      for (const settings of [{}, { credentials: { source: 'Secret' } }] satisfies ControllerSettingsInput[]) {
        const pod = podOf(objectsWith(settings));
        await expect(cluster.api.apply(pod, { dryRun: true })).resolves.toMatchObject({ kind: 'Pod' });
      }
      const { spec, ...rest } = podOf(objectsWith());
      const asRoot = { ...rest, spec: { ...spec, securityContext: { runAsNonRoot: false } } };
      await expect(cluster.api.apply(asRoot, { dryRun: true })).rejects.toThrow(/violates PodSecurity "restricted/);
    });

    it('let Crossplane compose, through its aggregated role', async () => {
      const name = 'crossplane';
      const selector = { matchLabels: { 'rbac.crossplane.io/aggregate-to-crossplane': 'true' } };
      const role = {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name },
        aggregationRule: { clusterRoleSelectors: [selector] },
      };
      await cluster.api.apply(role);
      const rules = await waitFor('the rules are aggregated', async () => {
        const { rules: aggregated } = (await cluster.api.get(role)) as { readonly rules?: readonly object[] };
        return aggregated !== undefined && aggregated.length > 0 && aggregated;
      });
      expect(rules).toContainEqual(
        expect.objectContaining({
          apiGroups: ['rds.aws.m.upbound.io'],
          resources: expect.arrayContaining(['instances']),
        }),
      );
    });
  });

  describe('the ServiceAccount', () => {
    const everywhere = clusterAccess.flatMap((rule) => requestsOf(rule, 'any-namespace'));
    const inOwn = ownNamespaceAccess(defaultLeaseName).flatMap((rule) => requestsOf(rule, controllerNamespace));
    const inApplication = ofApplication.flatMap((rule) => requestsOf(rule, namespace));

    it('may do what is listed', async () => {
      const requests = [...everywhere, ...inOwn, ...inApplication];
      const answers = await Promise.all(requests.map(may));
      expect(requests.filter((_, index) => !answers[index])).toEqual([]);
      process.stdout.write(`${requests.length} requests of the controller are allowed\n`);
    });

    it.each<[string, Request]>([
      ['delete a site', { verb: 'delete', group: 'understudy.dev', resource: 'regionalstacks', namespace }],
      [
        'delete all sites',
        { verb: 'deletecollection', group: 'understudy.dev', resource: 'regionalstacks', namespace },
      ],
      ['make a site', { verb: 'create', group: 'understudy.dev', resource: 'regionalstacks', namespace }],
      ['replace a site', { verb: 'update', group: 'understudy.dev', resource: 'regionalstacks', namespace }],
      [
        "write Crossplane's status",
        { verb: 'patch', group: 'understudy.dev', resource: 'regionalstacks/status', namespace },
      ],
      ['delete a plan', { verb: 'delete', group: 'understudy.dev', resource: 'failoverplans', namespace }],
      ['make a plan', { verb: 'create', group: 'understudy.dev', resource: 'failoverplans', namespace }],
      [
        'delete the record of an operation',
        { verb: 'delete', group: 'understudy.dev', resource: 'failovers', namespace },
      ],
      ['list secrets', { verb: 'list', resource: 'secrets', namespace }],
      ['read another secret of the application', { verb: 'get', resource: 'secrets', namespace, name: 'tls' }],
      ['read a secret elsewhere', { verb: 'get', resource: 'secrets', namespace: 'other', name: 'trading-database' }],
      ['make a secret elsewhere', { verb: 'create', resource: 'secrets', namespace: 'other' }],
      ['read secrets of its own namespace', { verb: 'get', resource: 'secrets', namespace: controllerNamespace }],
      [
        'read credentials of the providers',
        { verb: 'get', resource: 'secrets', namespace: 'crossplane-system', name: 'aws-credentials' },
      ],
      [
        'delete a database of another name',
        { verb: 'delete', group: 'rds.aws.m.upbound.io', resource: 'instances', namespace, name: 'billing' },
      ],
      [
        'delete a database elsewhere',
        {
          verb: 'delete',
          group: 'rds.aws.m.upbound.io',
          resource: 'instances',
          namespace: 'other',
          name: 'trading-primary-database-a',
        },
      ],
      ['delete a bucket', { verb: 'delete', group: 's3.aws.m.upbound.io', resource: 'buckets', namespace }],
      [
        'delete the key of the database',
        { verb: 'delete', group: 'kms.aws.m.upbound.io', resource: 'keys', namespace },
      ],
      [
        'delete the check that records follow',
        {
          verb: 'delete',
          group: 'route53.aws.m.upbound.io',
          resource: 'healthchecks',
          namespace,
          name: 'trading-primary-check-traffic',
        },
      ],
      ['change a record', { verb: 'patch', group: 'route53.aws.m.upbound.io', resource: 'records', namespace }],
      [
        'take the lease of another controller',
        {
          verb: 'update',
          group: 'coordination.k8s.io',
          resource: 'leases',
          namespace: controllerNamespace,
          name: 'other',
        },
      ],
      [
        'take a lease elsewhere',
        { verb: 'create', group: 'coordination.k8s.io', resource: 'leases', namespace: 'kube-system' },
      ],
      ['give itself rights', { verb: 'escalate', group: 'rbac.authorization.k8s.io', resource: 'clusterroles' }],
      ['bind rights', { verb: 'bind', group: 'rbac.authorization.k8s.io', resource: 'clusterroles' }],
      ['make bindings', { verb: 'create', group: 'rbac.authorization.k8s.io', resource: 'rolebindings', namespace }],
      ['act as somebody else', { verb: 'impersonate', resource: 'users' }],
      ['get a token', { verb: 'create', resource: 'serviceaccounts/token', namespace: controllerNamespace }],
      ['run pods', { verb: 'create', resource: 'pods', namespace: controllerNamespace }],
      ['enter pods', { verb: 'create', resource: 'pods/exec', namespace }],
      [
        'change its own Deployment',
        { verb: 'patch', group: 'apps', resource: 'deployments', namespace: controllerNamespace },
      ],
      ['delete a namespace', { verb: 'delete', resource: 'namespaces' }],
      ['change compositions', { verb: 'patch', group: 'apiextensions.crossplane.io', resource: 'compositions' }],
      ['change kinds', { verb: 'patch', group: 'apiextensions.k8s.io', resource: 'customresourcedefinitions' }],
      [
        'lift the guard of spec.failover',
        { verb: 'delete', group: 'admissionregistration.k8s.io', resource: 'validatingadmissionpolicies' },
      ],
      ['make a node unready', { verb: 'patch', resource: 'nodes/status' }],
    ])('may not %s', async (_, request) => {
      expect(await may(request)).toBe(false);
    });

    it.each([
      ['of an application', namespace, [...clusterAccess, ...ofApplication]],
      ['of its own', controllerNamespace, [...clusterAccess, ...ownNamespaceAccess(defaultLeaseName)]],
      ['without an application', 'kube-system', clusterAccess],
    ] as const)('may do nothing else in a namespace %s', async (_, where, rules) => {
      // What every user may do, which is to ask who it is and what it may do.
      const ofEverybody = [
        'create authorization.k8s.io/selfsubjectaccessreviews',
        'create authorization.k8s.io/selfsubjectrulesreviews',
        'create authentication.k8s.io/selfsubjectreviews',
      ];
      const review = {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectRulesReview',
        spec: { namespace: where },
      };
      const path = await controller.collectionPath(review.apiVersion, review.kind);
      const { status } = await controller.request<{ readonly status: { readonly resourceRules: readonly Granted[] } }>(
        'POST',
        path,
        'application/json',
        review,
      );
      const granted = new Set(status.resourceRules.flatMap(flatten));
      const listed = rules.flatMap(({ apiGroup, ...rest }) => flatten({ apiGroups: [apiGroup], ...rest }));
      expect([...granted].sort()).toEqual([...new Set([...listed, ...ofEverybody])].sort());
    });

    it('pauses a database, and changes nothing else of it', async () => {
      const instance = { ...database, metadata: { name: 'trading-primary-database-a', namespace } };
      await cluster.api.apply({ ...instance, spec: { forProvider: { region: 'us-east-1' } } });
      const probe = { ...database, metadata: { name: 'trading-primary-database-b', namespace } };
      await cluster.api.apply({ ...probe, spec: {} });
      const opened = { spec: { forProvider: { publiclyAccessible: true } } };
      const refused = 'pauses managed resources, and changes nothing';
      await waitFor('the policy is in force', () => isRefused(controller.mergePatch(probe, opened), refused));
      await expect(controller.mergePatch(instance, opened)).rejects.toThrow(refused);
      await controller.mergePatch(instance, { metadata: { annotations: { 'crossplane.io/paused': 'true' } } });
      const paused = await cluster.api.get(instance);
      expect(paused).toMatchObject({ metadata: { annotations: { 'crossplane.io/paused': 'true' } } });
      expect(paused).not.toHaveProperty('spec.forProvider.publiclyAccessible');
      // Somebody else may, as before.
      await cluster.api.mergePatch(instance, { spec: { forProvider: { allocatedStorage: 200 } } });
    });

    it('gives a site its role, and changes nothing else of it', async () => {
      const stack = stackObject(app, 'primary') as unknown as KubernetesObject;
      await cluster.api.apply(stack);
      const refused = 'writes spec.failover, and nothing else of the spec';
      const probe = stackObject(app, 'secondary') as unknown as KubernetesObject;
      await cluster.api.apply(probe);
      const moved = () => controller.mergePatch(probe, { spec: { tags: { moved: new Date().toISOString() } } });
      await waitFor('the policy is in force', () => isRefused(moved(), refused));
      await expect(controller.mergePatch(stack, { spec: { region: 'eu-west-1' } })).rejects.toThrow(refused);
      await expect(
        controller.mergePatch(stack, { spec: { code: { prober: 'a', failover: 'b', validator: 'c' } } }),
      ).rejects.toThrow(refused);
      await expect(controller.mergePatch(stack, { spec: { tags: null, failover: { term: 1 } } })).rejects.toThrow(
        refused,
      );
      const failover = { term: 1, role: 'active', fenced: false };
      const { apiVersion, kind, metadata } = stack;
      await controller.apply(
        { apiVersion, kind, metadata, spec: { failover } },
        { fieldManager: 'understudy-controller' },
      );
      await controller.mergePatch(stack, { metadata: { annotations: { 'crossplane.io/paused': 'true' } } });
      expect(await cluster.api.get(stack)).toMatchObject({ spec: { region: 'us-east-1', failover } });
      await controller.mergePatch(stack, { spec: { failover: null } });
      expect(await cluster.api.get(stack)).not.toHaveProperty('spec.failover');
    });

    it('can do its work on plans and operations', async () => {
      const plan = await cluster.api.apply(planObject(namespace, 'worked-on'));
      await controller.mergePatch(plan, { metadata: { finalizers: ['understudy.dev/operation'] } });
      await controller.mergePatch(plan, { status: { phase: 'Protected' } }, 'status');
      const failover = failoverObject(namespace, 'worked-on-1', { action: 'Switchover' }, 'worked-on');
      await cluster.api.apply(failover);
      await controller.mergePatch(failover, { status: { phase: 'Running' } }, 'status');
      expect(await cluster.api.get(failover)).toMatchObject({ status: { phase: 'Running' } });
      await expect(controller.delete(plan)).rejects.toThrow(/cannot delete resource "failoverplans"/);
      // What a person asked for stays as it was asked.
      await expect(controller.mergePatch(failover, { spec: { abort: true } })).rejects.toThrow(
        /cannot patch resource "failovers"/,
      );
      await expect(controller.delete(failover)).rejects.toThrow(/cannot delete resource "failovers"/);
      await controller.mergePatch(plan, { metadata: { finalizers: null } });
    });
  });
});

/** An API server learns of a new policy some moments after it was made. */
async function isRefused(attempt: Promise<unknown>, reason: string): Promise<boolean> {
  return attempt.then(
    () => false,
    (error: unknown) => error instanceof Error && error.message.includes(reason),
  );
}

/** The kind of a composite resource, where Crossplane does not make it from its definition. */
function servedWithoutCrossplane({ metadata, spec }: CompositeResourceDefinition): KubernetesObject {
  const versions = spec.versions.map(({ name, schema }) => ({ name, schema, served: true, storage: true }));
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata,
    spec: { group: spec.group, scope: 'Namespaced', names: spec.names, versions },
  };
}

/** A pod as the Deployment makes it. */
function podOf(objects: readonly KubernetesObject[]): KubernetesObject & { readonly spec: object } {
  const deployment = objects.find(({ kind }) => kind === 'Deployment');
  const { template } = (deployment ?? { spec: {} }).spec as {
    readonly template: { readonly metadata: object; readonly spec: object };
  };
  const metadata = { ...template.metadata, name: 'controller', namespace: controllerNamespace };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: template.spec };
}

/** Every request that a rule allows. */
function requestsOf({ apiGroup, resources, resourceNames, verbs }: AccessRule, where: string): Request[] {
  const names = resourceNames ?? [undefined];
  return resources.flatMap((resource) =>
    verbs.flatMap((verb) =>
      names.map((name) => ({
        verb,
        group: apiGroup,
        resource,
        namespace: where,
        ...(name === undefined ? {} : { name }),
      })),
    ),
  );
}

interface Granted {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** `get /secrets trading-database`: one line a verb, resource and name. */
function flatten({ apiGroups = [], resources = [], resourceNames, verbs }: Granted): string[] {
  const names = resourceNames === undefined || resourceNames.length === 0 ? [''] : resourceNames;
  return apiGroups.flatMap((group) =>
    resources.flatMap((resource) =>
      verbs.flatMap((verb) => names.map((name) => `${verb} ${group}/${resource} ${name}`.trim())),
    ),
  );
}
