import { describe, expect, it } from '@jest/globals';
import { controllerFlags } from '../../src/api/controller-flags.ts';
import { appOf } from '../compositions/regional-stack/rendered-site.ts';
import { controllerObjects, deploymentOf, onlyOf } from './controller/controller-objects.ts';
import type { Manifest } from './synthesized.ts';

function containerOf(deployment: Manifest) {
  return deployment.spec.template.spec.containers[0];
}

function egressPorts(props: Parameters<typeof controllerObjects>[0]): number[] {
  const [dns, rest] = onlyOf('NetworkPolicy', props).spec.egress as { ports: { port: number }[] }[];
  expect(dns?.ports.map(({ port }) => port)).toEqual([53, 53]);
  return (rest?.ports ?? []).map(({ port }) => port);
}

describe('the Deployment of the controller', () => {
  it('runs replicas that a rollout, a drain or a zone does not take all at once', () => {
    const { spec } = deploymentOf();
    expect(spec.replicas).toBe(2);
    expect(spec.strategy.rollingUpdate).toEqual({ maxUnavailable: 0, maxSurge: 1 });
    expect(onlyOf('PodDisruptionBudget').spec).toMatchObject({ maxUnavailable: 1, selector: spec.selector });
    const spread = spec.template.spec.topologySpreadConstraints;
    expect(spread.map(({ topologyKey }: { topologyKey: string }) => topologyKey)).toEqual([
      'topology.kubernetes.io/zone',
      'kubernetes.io/hostname',
    ]);
  });

  it('is found by everything that selects its pods', () => {
    const { labels } = deploymentOf().spec.template.metadata;
    const selectors = [
      deploymentOf().spec.selector.matchLabels,
      onlyOf('PodDisruptionBudget').spec.selector.matchLabels,
      onlyOf('Service').spec.selector,
      onlyOf('NetworkPolicy').spec.podSelector.matchLabels,
      ...deploymentOf().spec.template.spec.topologySpreadConstraints.map(
        ({ labelSelector }: { labelSelector: { matchLabels: object } }) => labelSelector.matchLabels,
      ),
    ];
    for (const selector of selectors) {
      expect(labels).toMatchObject(selector);
      expect(Object.keys(selector).length).toBeGreaterThan(0);
    }
  });

  it('lets the step in hand be finished before the process is killed', () => {
    const grace = deploymentOf().spec.template.spec.terminationGracePeriodSeconds;
    expect(grace).toBe(45);
    expect(grace).toBeGreaterThan(controllerFlags['shutdown-seconds'].default);
  });

  it('probes and scrapes ports that the process listens on', () => {
    const container = containerOf(deploymentOf());
    const portOf = (name: string) =>
      container.ports.find((port: { name: string }) => port.name === name)?.containerPort as number;
    expect(portOf(container.livenessProbe.httpGet.port)).toBe(controllerFlags['health-port'].default);
    expect(portOf(container.readinessProbe.httpGet.port)).toBe(controllerFlags['health-port'].default);
    expect(portOf(onlyOf('Service').spec.ports[0].targetPort)).toBe(controllerFlags['metrics-port'].default);
    expect([container.livenessProbe.httpGet.path, container.readinessProbe.httpGet.path]).toEqual([
      '/healthz',
      '/readyz',
    ]);
  });

  it('passes only flags that the process knows, and only where they differ from its defaults', () => {
    expect(containerOf(deploymentOf()).args ?? []).toEqual([]);
    const settings = { selector: 'shard=a', leaseName: 'shard-a', workers: 4, logLevel: 'debug' } as const;
    const args: string[] = containerOf(deploymentOf({ settings })).args;
    expect(args.sort()).toEqual(['--lease-name=shard-a', '--log-level=debug', '--selector=shard=a', '--workers=4']);
    const known = Object.keys(controllerFlags);
    expect(args.filter((arg) => !known.includes(arg.slice(2).split('=')[0] ?? ''))).toEqual([]);
  });

  it('tells the process where it is, under the names that the flags stand in for', () => {
    const names: string[] = containerOf(deploymentOf()).env.map(({ name }: { name: string }) => name);
    expect(names).toEqual([controllerFlags.identity.env, controllerFlags['lease-namespace'].env]);
  });

  it('has a memory limit and no CPU limit', () => {
    const { requests, limits } = containerOf(deploymentOf({ settings: { resources: { memory: '1Gi' } } })).resources;
    expect([requests, limits]).toEqual([{ cpu: '100m', memory: '1Gi' }, { memory: '1Gi' }]);
  });
});

describe('two controllers of one cluster', () => {
  it('share who they are, and nothing else', () => {
    const shard = (name: string) => controllerObjects({ settings: { selector: `shard=${name}`, leaseName: name } });
    const names = (objects: readonly Manifest[]) => objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    const [first, second] = [shard('a'), shard('b')];
    const shared = names(first).filter((name) => names(second).includes(name));
    expect(shared).toEqual([
      'Namespace understudy-system',
      'ServiceAccount understudy-controller',
      'ClusterRole understudy-controller',
      'ClusterRoleBinding understudy-controller',
      'ValidatingAdmissionPolicy understudy-controller-pauses',
      'ValidatingAdmissionPolicyBinding understudy-controller-pauses',
      'ValidatingAdmissionPolicy understudy-controller-roles',
      'ValidatingAdmissionPolicyBinding understudy-controller-roles',
    ]);
    for (const name of shared) {
      const [one, other] = [first, second].map((objects) => objects[names(objects).indexOf(name)]);
      expect(one).toEqual(other);
    }
    const selectorOf = (objects: readonly Manifest[]) =>
      objects.find(({ kind }) => kind === 'Deployment')?.spec.selector.matchLabels;
    expect(selectorOf(first)).not.toEqual(selectorOf(second));
  });
});

describe('credentials of the controller', () => {
  const annotationsOf = (props: Parameters<typeof controllerObjects>[0]) =>
    onlyOf('ServiceAccount', props).metadata as { readonly annotations?: object };

  it('are a role of its own by default, in the account of the applications', () => {
    expect(annotationsOf({ apps: [appOf()] }).annotations).toEqual({
      'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/understudy-controller',
    });
  });

  it('are not in a manifest with Pod Identity, whose agent can be reached', () => {
    const props = { apps: [appOf({ domain: managed })], settings: { credentials: { source: 'PodIdentity' } } } as const;
    expect(annotationsOf(props).annotations ?? {}).toEqual({});
    expect(egressPorts(props)).toContain(80);
  });

  it('are a mounted secret of a given name, as the applications have them', () => {
    const apps = [appOf({ operations: { credentials: { source: 'Secret' } } })];
    const { volumes, containers } = deploymentOf({ apps }).spec.template.spec;
    expect(volumes).toEqual([{ name: 'aws', secret: { secretName: 'aws-credentials', defaultMode: 0o440 } }]);
    const [mount] = containers[0].volumeMounts;
    expect(containers[0].env).toContainEqual({
      name: 'AWS_SHARED_CREDENTIALS_FILE',
      value: `${mount.mountPath}/credentials`,
    });
    expect(annotationsOf({ apps }).annotations ?? {}).toEqual({});
  });

  it('leave room for authorities of databases, which are no secret', () => {
    const settings = { databaseAuthorities: 'rds-ca', credentials: { source: 'Secret' } } as const;
    const { volumes, containers } = deploymentOf({ apps: [appOf()], settings }).spec.template.spec;
    expect(volumes.map(({ name }: { name: string }) => name)).toEqual(['aws', 'database-authorities']);
    expect(volumes[1]).toEqual({ name: 'database-authorities', configMap: { name: 'rds-ca' } });
    const mount = containers[0].volumeMounts[1];
    expect(mount).toMatchObject({ name: 'database-authorities', readOnly: true });
    expect(containers[0].env).toContainEqual({ name: 'UNDERSTUDY_DATABASE_CA', value: `${mount.mountPath}/ca.pem` });
    expect(deploymentOf({ apps: [appOf()] }).spec.template.spec).not.toHaveProperty('volumes');
  });

  it('are asked for in the region of the operations cluster', () => {
    const apps = [appOf(), appOf({ operations: { region: 'eu-west-1' } })];
    expect(containerOf(deploymentOf({ apps })).env).toContainEqual({ name: 'AWS_REGION', value: 'eu-west-1' });
    const settings = { region: 'eu-north-1' };
    expect(containerOf(deploymentOf({ apps, settings })).env).toContainEqual({
      name: 'AWS_REGION',
      value: settings.region,
    });
  });
});

const managed = { name: 'trading.example.com', existingZoneId: 'Z0123456789' };

describe('the NetworkPolicy of the controller', () => {
  it('lets out what the applications need, and no more', () => {
    expect(egressPorts({ apps: [appOf({ domain: managed })] })).toEqual([443, 5432, 6443]);
    const mysql = appOf({ domain: managed, database: { engine: 'mysql' } });
    expect(egressPorts({ apps: [mysql] })).toEqual([443, 3306, 6443]);
    expect(egressPorts({ apps: [appOf()] })).toEqual([80, 443, 5432, 6443]);
  });

  it('lets out what the settings add', () => {
    const settings = { network: { apiServerPort: 16_443, egressPorts: [5433] } };
    expect(egressPorts({ settings })).toEqual([443, 5433, 16_443]);
  });

  it('lets in whoever scrapes, and to the metrics alone', () => {
    const settings = { network: { metricsNamespace: 'monitoring' } };
    const [rule, ...more] = onlyOf('NetworkPolicy', { settings }).spec.ingress;
    expect(more).toEqual([]);
    expect(rule).toEqual({
      from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
      ports: [{ protocol: 'TCP', port: controllerFlags['metrics-port'].default }],
    });
  });

  it('is left out where it is not wanted', () => {
    const kinds = controllerObjects({ settings: { network: { policy: false } } }).map(({ kind }) => kind);
    expect(kinds).not.toContain('NetworkPolicy');
  });
});
