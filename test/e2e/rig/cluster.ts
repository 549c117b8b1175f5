import { rm } from 'node:fs/promises';
import type { KubeConfig } from '@kubernetes/client-node';
import { prepareApiServer } from './control-plane/api-server.ts';
import { startControllerManager } from './control-plane/controller-manager.ts';
import { startEtcd } from './control-plane/etcd.ts';
import { writeKubeconfig } from './control-plane/kubeconfig.ts';
import { serviceAccountToken } from './control-plane/service-accounts.ts';
import { ApiClient } from './kubernetes/api-client.ts';
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
  const etcd = await startEtcd(binaries.etcd, folder);
  const server = await prepareApiServer({
    command: binaries.apiServer,
    folder,
    etcdUrl: etcd.url,
    extraArgs: options.apiServerArgs ?? [],
  });
  let serverProcess = await server.start();
  const admin = server.admin();
  const kubeconfig = writeKubeconfig(folder, 'admin', admin);
  const api = new ApiClient(admin);
  const controllerManager = await startControllerManager(binaries.controllerManager, folder, kubeconfig);

  return {
    folder,
    url: server.url,
    kubeconfig,
    admin,
    api,
    serviceAccountKubeconfig: async (namespace, name) => {
      const token = await serviceAccountToken(api, namespace, name);
      return writeKubeconfig(folder, `${namespace}.${name}`, server.kubeConfigOf(name, token));
    },
    stopApiServer: () => serverProcess.stop(0),
    startApiServer: async () => {
      serverProcess = await server.start();
    },
    stop: async () => {
      // None of them has anything to lose, so none is asked politely.
      await Promise.all([controllerManager, serverProcess, etcd.daemon].map((daemon) => daemon.stop(0)));
      if (!keepsFolders()) {
        await rm(folder, { recursive: true, force: true, maxRetries: 5 });
      }
    },
  };
}
