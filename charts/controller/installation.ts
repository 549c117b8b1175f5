import { defaultLeaseName } from '../../src/api/controller-flags.ts';
import { durationMs } from '../../src/api/duration.ts';
import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import { controllerNamespace } from '../cluster-names.ts';
import { type Credentials, controllerCredentials } from './credentials.ts';
import type { ControllerSettings } from './settings.ts';

/** Settings with what the applications decide filled in: all that the controller's objects are made from. */
export interface Installation {
  readonly settings: ControllerSettings;
  readonly credentials: Credentials;
  /** AWS region of the operations cluster, where it is known. */
  readonly region?: string;
  readonly leaseName: string;
  /** TCP ports that the controller connects to, in ascending order. */
  readonly egressPorts: readonly number[];
  readonly maxLagSeconds: number;
}

/** Where there is no application to say it. */
const defaultMaxLagSeconds = 60;

export function installationOf(settings: ControllerSettings, apps: readonly MultiRegionApp[]): Installation {
  const region = settings.region ?? apps.map(({ spec }) => spec.operations.region).find((each) => each !== undefined);
  const credentials = controllerCredentials(settings.credentials, apps[0]);
  return {
    settings,
    credentials,
    ...(region === undefined ? {} : { region }),
    leaseName: settings.leaseName ?? defaultLeaseName,
    egressPorts: egressPorts(settings, credentials, apps),
    maxLagSeconds:
      settings.monitoring.maxLagSeconds ??
      Math.min(
        ...[
          ...apps.map(({ spec }) => durationMs(spec.objectives.rpo) / 1000),
          ...(apps.length === 0 ? [defaultMaxLagSeconds] : []),
        ],
      ),
  };
}

/** AWS and endpoints by HTTPS, the API server, databases to prove a fence, and endpoints without a certificate. */
function egressPorts(
  { network }: ControllerSettings,
  { source }: Credentials,
  apps: readonly MultiRegionApp[],
): readonly number[] {
  const hasPlainEndpoint = apps.some(({ spec }) => spec.domain === 'none' || spec.certificate === 'None');
  // The Pod Identity agent listens on port 80 of a link-local address.
  const http = hasPlainEndpoint || source === 'PodIdentity' ? [80] : [];
  const databases = apps.map(({ spec }) => spec.database.port);
  const ports = [443, network.apiServerPort, ...http, ...databases, ...network.egressPorts];
  return [...new Set(ports)].sort((a, b) => a - b);
}

export const controllerName = 'understudy-controller';

/** Labels of every object of the controller. */
export const objectLabels = {
  'app.kubernetes.io/name': controllerName,
  'app.kubernetes.io/component': 'controller',
  'app.kubernetes.io/part-of': 'understudy',
};

/** Labels by which the pods are found. They never change, since a Deployment's selector cannot. */
export function podLabels({ leaseName }: Installation) {
  return { 'app.kubernetes.io/name': controllerName, 'app.kubernetes.io/instance': leaseName };
}

/** Metadata of an object that each controller of a cluster has of its own, by the name of its lease. */
export function ownMetadata(installation: Installation, suffix = '', labels: Readonly<Record<string, string>> = {}) {
  return {
    name: `${installation.leaseName}${suffix}`,
    namespace: controllerNamespace,
    labels: { ...objectLabels, ...podLabels(installation), ...labels },
  };
}
