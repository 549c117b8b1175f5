import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Health, KubeConfig } from '@kubernetes/client-node';
import { ApiClient } from './kubernetes/api-client.ts';
import { type Daemon, startDaemon } from './process/daemon.ts';
import { freePort } from './process/free-port.ts';
import { keepsFolders, ownFolder } from './process/owned.ts';
import { tool } from './toolchain/toolchain.ts';

export interface ClusterOptions {
  /** Added to kube-apiserver's flags. */
  readonly apiServerArgs?: readonly string[];
}

/** A Kubernetes control plane without nodes: etcd, kube-apiserver, and the controllers that tests rely on. */
export interface Cluster {
  /** Everything the cluster writes, logs (`<process>.log`) included. */
  readonly folder: string;
  readonly url: string;
  /** Path of the administrator's kubeconfig. */
  readonly kubeconfig: string;
  /** The same, loaded. */
  readonly admin: KubeConfig;
  /** The API as the administrator. */
  readonly api: ApiClient;
  /**
   * Writes a kubeconfig of a ServiceAccount that exists, and returns its path: run the controller with this, so that RBAC
   * is tested too. The token is good for a day.
   */
  serviceAccountKubeconfig(namespace: string, name: string): Promise<string>;
  /** Ends the API server at once, as an outage does. */
  stopApiServer(): Promise<void>;
  /** Starts it again, at the same address with the same certificates and keys. */
  startApiServer(): Promise<void>;
  /** Ends the cluster and removes its folder. */
  stop(): Promise<void>;
}

/**
 * Starts a cluster; the first one on a machine builds the programs that it needs.
 *
 * Nothing outlives this process, however it ends (see `process/owned.ts`).
 */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  // Before anything runs: a build takes minutes.
  const binaries = {
    etcd: await tool('etcd'),
    apiServer: await tool('kube-apiserver'),
    controllerManager: await tool('kube-controller-manager'),
  };
  const folder = ownFolder('e2e');
  const certificates = join(folder, 'certificates');
  await mkdir(certificates);
  const token = randomBytes(16).toString('hex');
  const tokenFile = join(folder, 'tokens.csv');
  writeFileSync(tokenFile, `${token},admin,admin,system:masters\n`);
  const serviceAccountKey = writeServiceAccountKey(folder);

  const etcd = await startEtcd(binaries.etcd, folder);
  const port = await freePort();
  const url = `https://127.0.0.1:${port}`;
  const apiServerArgs = [
    `--etcd-servers=${etcd.url}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    // The reconciler refuses a loopback address, and nobody needs the `kubernetes` Service.
    '--endpoint-reconciler-type=none',
    `--secure-port=${port}`,
    `--cert-dir=${certificates}`,
    '--service-cluster-ip-range=10.0.0.0/24',
    `--service-account-issuer=${url}`,
    `--service-account-key-file=${serviceAccountKey.publicKeyFile}`,
    `--service-account-signing-key-file=${serviceAccountKey.privateKeyFile}`,
    `--token-auth-file=${tokenFile}`,
    '--authorization-mode=RBAC',
    '--disable-admission-plugins=ServiceAccount',
    '--profiling=false',
    ...(options.apiServerArgs ?? []),
  ];
  // kube-apiserver makes the certificate at its first start: self-signed, so it is its own authority.
  const authority = join(certificates, 'apiserver.crt');
  const startServer = () =>
    startDaemon({
      name: 'kube-apiserver',
      command: binaries.apiServer,
      args: apiServerArgs,
      folder,
      isReady: async () => existsSync(authority) && new Health(kubeConfigOf(url, authority, 'admin', token)).readyz({}),
      readyLimitMs: 60_000,
    });
  let apiServer = await startServer();

  const admin = kubeConfigOf(url, authority, 'admin', token);
  const kubeconfig = writeKubeconfig(folder, 'admin', admin);
  const api = new ApiClient(admin);
  const controllerManager = await startControllerManager(binaries.controllerManager, folder, kubeconfig);

  return {
    folder,
    url,
    kubeconfig,
    admin,
    api,
    serviceAccountKubeconfig: async (namespace, name) => {
      const accountToken = await serviceAccountToken(api, namespace, name);
      return writeKubeconfig(folder, `${namespace}.${name}`, kubeConfigOf(url, authority, name, accountToken));
    },
    stopApiServer: () => apiServer.stop(0),
    startApiServer: async () => {
      apiServer = await startServer();
    },
    stop: async () => {
      // None of them has anything to lose, so none is asked politely.
      await Promise.all([controllerManager, apiServer, etcd.daemon].map((daemon) => daemon.stop(0)));
      if (!keepsFolders()) {
        await rm(folder, { recursive: true, force: true, maxRetries: 5 });
      }
    },
  };
}

async function startEtcd(command: string, folder: string): Promise<{ readonly daemon: Daemon; readonly url: string }> {
  const url = `http://127.0.0.1:${await freePort()}`;
  const peerUrl = `http://127.0.0.1:${await freePort()}`;
  const daemon = await startDaemon({
    name: 'etcd',
    command,
    args: [
      `--data-dir=${join(folder, 'etcd')}`,
      `--listen-client-urls=${url}`,
      `--advertise-client-urls=${url}`,
      `--listen-peer-urls=${peerUrl}`,
      `--initial-advertise-peer-urls=${peerUrl}`,
      `--initial-cluster=default=${peerUrl}`,
      // The data need not survive a power failure.
      '--unsafe-no-fsync',
    ],
    folder,
    isReady: async () => (await fetch(`${url}/health`)).ok,
  });
  return { daemon, url };
}

/**
 * Crossplane leaves the deletion of composed resources to the garbage collector and tests delete namespaces; roles are
 * aggregated as in a real cluster. No other controller has anything to do without nodes.
 */
async function startControllerManager(command: string, folder: string, kubeconfig: string): Promise<Daemon> {
  return startDaemon({
    name: 'kube-controller-manager',
    command,
    args: [
      `--kubeconfig=${kubeconfig}`,
      '--controllers=garbage-collector-controller,namespace-controller,clusterrole-aggregation-controller',
      '--leader-elect=false',
      '--bind-address=127.0.0.1',
      `--secure-port=${await freePort()}`,
      `--cert-dir=${join(folder, 'certificates')}`,
    ],
    folder,
  });
}

/** The key pair that signs ServiceAccount tokens. */
function writeServiceAccountKey(folder: string): { readonly privateKeyFile: string; readonly publicKeyFile: string } {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const privateKeyFile = join(folder, 'service-account.key');
  const publicKeyFile = join(folder, 'service-account.pub');
  writeFileSync(privateKeyFile, privateKey, { mode: 0o600 });
  writeFileSync(publicKeyFile, publicKey);
  return { privateKeyFile, publicKeyFile };
}

async function serviceAccountToken(api: ApiClient, namespace: string, name: string): Promise<string> {
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name } };
  const request = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: 24 * 60 * 60 },
  };
  const path = await api.pathOf(account, 'token');
  const { status } = await api.request<{ status: { token: string } }>('POST', path, 'application/json', request);
  return status.token;
}

function kubeConfigOf(server: string, authorityFile: string, user: string, token: string): KubeConfig {
  const config = new KubeConfig();
  const caData = readFileSync(authorityFile).toString('base64');
  config.loadFromClusterAndUser({ name: 'e2e', server, caData, skipTLSVerify: false }, { name: user, token });
  return config;
}

function writeKubeconfig(folder: string, name: string, config: KubeConfig): string {
  const path = join(folder, `${name}.kubeconfig`);
  writeFileSync(path, config.exportConfig(), { mode: 0o600 });
  return path;
}
