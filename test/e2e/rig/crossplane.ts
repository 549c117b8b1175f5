import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Cluster } from './cluster.ts';
import type { KubernetesObject } from './kubernetes/api-client.ts';
import { applyAll } from './kubernetes/apply-all.ts';
import { type Daemon, startDaemon } from './process/daemon.ts';
import { freePort } from './process/free-port.ts';
import { waitFor } from './process/wait-for.ts';
import { tool, toolFolder } from './toolchain/toolchain.ts';

const run = promisify(execFile);

const namespace = 'crossplane-system';
const serviceAccount = 'crossplane';

/**
 * Functions and webhooks are reached at localhost, and Crossplane makes the server certificate for its webhook Service:
 * a Service of this name makes it good for localhost too.
 */
const webhookService = 'localhost';

/**
 * A composition function as a process.
 *
 * @example
 * const patchAndTransform: FunctionProgram = {
 *   name: 'function-patch-and-transform',
 *   command: ({ port, certificatesFolder }) => ({
 *     command: process.execPath,
 *     args: ['--import', 'tsx', 'serve.ts', `--address=127.0.0.1:${port}`, `--tls-certs-dir=${certificatesFolder}`],
 *   }),
 * };
 * await startCrossplane(cluster, { functions: [patchAndTransform, await autoReady()] });
 */
export interface FunctionProgram {
  /** What compositions call it: `functionRef.name`. */
  readonly name: string;
  /**
   * The command that serves it over gRPC on the port, with mutual TLS from `tls.crt`, `tls.key` and `ca.crt` in the
   * folder.
   */
  command(listen: { readonly port: number; readonly certificatesFolder: string }): FunctionCommand;
}

export interface FunctionCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Crossplane's core, and the functions that it calls, without pods. */
export interface Crossplane {
  /** Starts a function and makes it known, as installing its package would. */
  serveFunction(program: FunctionProgram): Promise<void>;
  /** Ends the core alone, at once, as a crash does. */
  stopCore(): Promise<void>;
  startCore(): Promise<void>;
  /** Ends the core and the functions. */
  stop(): Promise<void>;
}

export interface CrossplaneOptions {
  /** @default function-auto-ready alone */
  readonly functions?: readonly FunctionProgram[];
  /** Added to the flags of `crossplane core start`. */
  readonly coreArgs?: readonly string[];
}

/** Installs Crossplane into a cluster (CRDs, certificates, webhooks for Usages) and starts its core there. */
export async function startCrossplane(cluster: Cluster, options: CrossplaneOptions = {}): Promise<Crossplane> {
  const program = await tool('crossplane');
  const release = await toolFolder('crossplane');
  const webhookPort = await freePort();
  await applyAll(cluster.api, prerequisites());
  const kubeconfig = await cluster.serviceAccountKubeconfig(namespace, serviceAccount);
  // The flags of the Helm chart's init container and Deployment, as environment.
  const env = {
    KUBECONFIG: kubeconfig,
    POD_NAMESPACE: namespace,
    POD_SERVICE_ACCOUNT: serviceAccount,
    CRDS_PATH: join(release, 'crds'),
    WEBHOOK_CONFIGS_PATH: join(release, 'webhookconfigurations'),
    WEBHOOK_SERVICE_NAME: webhookService,
    WEBHOOK_SERVICE_NAMESPACE: namespace,
    WEBHOOK_SERVICE_PORT: String(webhookPort),
    TLS_CA_SECRET_NAME: 'crossplane-root-ca',
    TLS_SERVER_SECRET_NAME: 'crossplane-tls-server',
    TLS_CLIENT_SECRET_NAME: 'crossplane-tls-client',
  };
  // It writes CRDs and uses them without waiting for the server to serve them: again until it succeeds, as a pod does.
  await waitFor('crossplane core init succeeds', () =>
    run(program, ['core', 'init'], { env: { ...process.env, ...env } }),
  );
  const serverCertificates = await writeTlsSecret(cluster, env.TLS_SERVER_SECRET_NAME);
  const clientCertificates = await writeTlsSecret(cluster, env.TLS_CLIENT_SECRET_NAME);
  const healthPort = await freePort();
  const metricsPort = await freePort();
  const startCoreProcess = () =>
    startDaemon({
      name: 'crossplane',
      command: program,
      args: [
        'core',
        'start',
        '--package-runtime=External',
        `--webhook-port=${webhookPort}`,
        `--metrics-port=${metricsPort}`,
        `--health-probe-port=${healthPort}`,
        `--cache-dir=${join(cluster.folder, 'xpkg')}`,
        ...(options.coreArgs ?? []),
      ],
      env: { ...env, TLS_SERVER_CERTS_DIR: serverCertificates, TLS_CLIENT_CERTS_DIR: clientCertificates },
      folder: cluster.folder,
      isReady: async () => (await fetch(`http://127.0.0.1:${healthPort}/readyz`)).ok,
      readyLimitMs: 60_000,
    });
  let core = await startCoreProcess();
  const functions: Daemon[] = [];
  const crossplane: Crossplane = {
    serveFunction: async (program) => {
      const port = await freePort();
      functions.push(await startFunction(program, port, serverCertificates, cluster.folder));
      await registerFunction(cluster, program.name, port);
    },
    stopCore: () => core.stop(0),
    startCore: async () => {
      core = await startCoreProcess();
    },
    stop: async () => {
      await Promise.all([core, ...functions].map((daemon) => daemon.stop(0)));
    },
  };
  for (const program of options.functions ?? [await autoReady()]) {
    await crossplane.serveFunction(program);
  }
  return crossplane;
}

/** Marks an XR ready when all that it composes is: the real function-auto-ready. */
export async function autoReady(): Promise<FunctionProgram> {
  const command = await tool('function-auto-ready');
  return {
    name: 'function-auto-ready',
    command: ({ port, certificatesFolder }) => ({
      command,
      args: [`--address=127.0.0.1:${port}`, `--tls-certs-dir=${certificatesFolder}`],
    }),
  };
}

function prerequisites(): KubernetesObject[] {
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name: serviceAccount } },
    {
      // Crossplane's RBAC manager would grant it kind by kind; what our manifests must grant is tested on our own accounts.
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'crossplane' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'ServiceAccount', namespace, name: serviceAccount }],
    },
    {
      // kube-apiserver follows an ExternalName, so a webhook that names a Service reaches a process of this machine.
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace, name: webhookService },
      spec: { type: 'ExternalName', externalName: 'localhost' },
    },
  ];
}

async function writeTlsSecret(cluster: Cluster, name: string): Promise<string> {
  const secret = await cluster.api.get({ apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name } });
  const folder = join(cluster.folder, name);
  await mkdir(folder);
  for (const [file, content] of Object.entries((secret?.data ?? {}) as Record<string, string>)) {
    await writeFile(join(folder, file), Buffer.from(content, 'base64'), { mode: 0o600 });
  }
  return folder;
}

async function startFunction(
  program: FunctionProgram,
  port: number,
  certificatesFolder: string,
  folder: string,
): Promise<Daemon> {
  const { command, args, env = {} } = program.command({ port, certificatesFolder });
  return startDaemon({ name: program.name, command, args, env, folder, isReady: () => accepts(port) });
}

async function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Writes the revision that Crossplane's package manager would have, with the endpoint that its runtime would have. */
async function registerFunction(cluster: Cluster, name: string, port: number): Promise<void> {
  const revision = {
    apiVersion: 'pkg.crossplane.io/v1',
    kind: 'FunctionRevision',
    metadata: {
      name: `${name}-rig`,
      labels: { 'pkg.crossplane.io/package': name },
      // There is no package to pull: without this the package manager tries, and says so for ever.
      annotations: { 'crossplane.io/paused': 'true' },
    },
    spec: { image: `localhost/${name}:rig`, desiredState: 'Active', revision: 1, packagePullPolicy: 'Never' },
  };
  await cluster.api.apply(revision);
  const status = { endpoint: `localhost:${port}`, capabilities: ['composition'] };
  await cluster.api.mergePatch(revision, { status }, 'status');
}
