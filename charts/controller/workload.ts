import type { ApiObjectProps } from 'cdk8s';
import { type ControllerFlag, controllerFlags, healthPort, metricsPort } from '../../src/api/controller-flags.ts';
import { controllerNamespace, controllerServiceAccount } from '../cluster-names.ts';
import { type Installation, objectLabels, ownMetadata, podLabels } from './installation.ts';

/** The user `nonroot` of distroless images. */
const nonRoot = 65_532;

/** Seconds to finish or hand over the step in hand; Kubernetes kills the process some seconds after. */
const shutdownSeconds = controllerFlags['shutdown-seconds'].default;
const terminationGracePeriodSeconds = shutdownSeconds + 15;

const credentialsMount = '/var/run/secrets/understudy/aws';
const authoritiesMount = '/etc/understudy/database-authorities';

export function serviceAccount({ credentials, settings }: Installation): ApiObjectProps {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: {
      name: controllerServiceAccount,
      namespace: controllerNamespace,
      labels: objectLabels,
      annotations: credentials.annotations,
    },
    // Pods that need the token say so.
    automountServiceAccountToken: false,
    ...(settings.imagePullSecrets.length === 0
      ? {}
      : { imagePullSecrets: settings.imagePullSecrets.map((name) => ({ name })) }),
  };
}

/**
 * Replicas of which one leads: the others have synced their caches and take over within the lease's 15 seconds. They
 * would rather share a zone than not run, since the cluster that outlives the zone must still have one.
 */
export function deployment(installation: Installation): ApiObjectProps {
  const { settings } = installation;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: ownMetadata(installation),
    spec: {
      replicas: settings.replicas,
      revisionHistoryLimit: 3,
      selector: { matchLabels: podLabels(installation) },
      // A new one is ready before an old one goes.
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      template: {
        metadata: {
          labels: { ...objectLabels, ...podLabels(installation) },
          annotations: { 'kubectl.kubernetes.io/default-container': 'controller' },
        },
        spec: podSpec(installation),
      },
    },
  };
}

/** Losing a node, or draining one, takes one replica at most. */
export function disruptionBudget(installation: Installation): ApiObjectProps {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: ownMetadata(installation),
    spec: {
      maxUnavailable: 1,
      // One that is not healthy serves nobody by holding up a drain.
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
      selector: { matchLabels: podLabels(installation) },
    },
  };
}

function podSpec(installation: Installation): object {
  const { settings } = installation;
  return {
    serviceAccountName: controllerServiceAccount,
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    terminationGracePeriodSeconds,
    ...(settings.priorityClassName === undefined ? {} : { priorityClassName: settings.priorityClassName }),
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    securityContext: {
      runAsNonRoot: true,
      runAsUser: nonRoot,
      runAsGroup: nonRoot,
      // The group may read the projected tokens.
      fsGroup: nonRoot,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    topologySpreadConstraints: ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
      topologyKey,
      maxSkew: 1,
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: podLabels(installation) },
      // Spread among themselves, not beside pods that a rollout is about to end.
      matchLabelKeys: ['pod-template-hash'],
    })),
    containers: [container(installation)],
    ...filesOf(installation).volumes,
  };
}

function container(installation: Installation): object {
  const { settings, credentials, region, leaseName } = installation;
  const { cpu, memory } = settings.resources;
  return {
    name: 'controller',
    image: settings.image,
    args: args({
      'lease-name': leaseName,
      selector: settings.selector,
      workers: settings.workers,
      'describe-databases': settings.describeDatabases,
      'log-level': settings.logLevel,
    }),
    env: [
      fromPod('POD_NAME', 'metadata.name'),
      fromPod('POD_NAMESPACE', 'metadata.namespace'),
      ...(region === undefined ? [] : [{ name: 'AWS_REGION', value: region }]),
      ...(credentials.secret === undefined
        ? []
        : [{ name: 'AWS_SHARED_CREDENTIALS_FILE', value: `${credentialsMount}/credentials` }]),
      ...(settings.databaseAuthorities === undefined
        ? []
        : [{ name: 'UNDERSTUDY_DATABASE_CA', value: `${authoritiesMount}/ca.pem` }]),
    ],
    ports: [
      { name: 'metrics', containerPort: metricsPort, protocol: 'TCP' },
      { name: 'health', containerPort: healthPort, protocol: 'TCP' },
    ],
    // Restarting does not bring back an API server that is away: liveness is the process's own.
    livenessProbe: { ...probe('/healthz'), periodSeconds: 10, failureThreshold: 3 },
    readinessProbe: { ...probe('/readyz'), periodSeconds: 5, failureThreshold: 3 },
    resources: { requests: { cpu, memory }, limits: { memory } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    // What a crash says last is seen by kubectl describe.
    terminationMessagePolicy: 'FallbackToLogsOnError',
    ...filesOf(installation).mounts,
  };
}

/** What is mounted as files, and where; nothing by default. */
function filesOf({ settings, credentials }: Installation): { readonly volumes: object; readonly mounts: object } {
  const { databaseAuthorities } = settings;
  const files = [
    ...(credentials.secret === undefined
      ? []
      : [
          { name: 'aws', at: credentialsMount, of: { secret: { secretName: credentials.secret, defaultMode: 0o440 } } },
        ]),
    ...(databaseAuthorities === undefined
      ? []
      : [{ name: 'database-authorities', at: authoritiesMount, of: { configMap: { name: databaseAuthorities } } }]),
  ];
  if (files.length === 0) return { volumes: {}, mounts: {} };
  return {
    volumes: { volumes: files.map(({ name, of }) => ({ name, ...of })) },
    mounts: { volumeMounts: files.map(({ name, at }) => ({ name, mountPath: at, readOnly: true })) },
  };
}

/** What differs from the process's own defaults. */
function args(values: Readonly<Partial<Record<ControllerFlag, string | number | undefined>>>): string[] {
  return Object.entries(values).flatMap(([flag, value]) => {
    const { default: byDefault } = controllerFlags[flag as ControllerFlag] as { readonly default?: string | number };
    return value === undefined || value === byDefault ? [] : [`--${flag}=${value}`];
  });
}

function fromPod(name: string, fieldPath: string): object {
  return { name, valueFrom: { fieldRef: { fieldPath } } };
}

function probe(path: string): object {
  return { httpGet: { path, port: 'health' }, timeoutSeconds: 3 };
}

/** The pods, for whoever scrapes them. */
export function metricsService(installation: Installation): ApiObjectProps {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: ownMetadata(installation, '-metrics'),
    spec: {
      selector: podLabels(installation),
      ports: [{ name: 'metrics', port: metricsPort, targetPort: 'metrics', protocol: 'TCP' }],
    },
  };
}
