import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Health, type KubeConfig } from '@kubernetes/client-node';
import { type Daemon, startDaemon } from '../process/daemon.ts';
import { freePort } from '../process/free-port.ts';
import { kubeConfigOf } from './kubeconfig.ts';
import { writeServiceAccountKey } from './service-accounts.ts';

export interface ApiServerOptions {
  /** Path of kube-apiserver. */
  readonly command: string;
  readonly folder: string;
  readonly etcdUrl: string;
  /** Flags beyond the rig's. */
  readonly extraArgs: readonly string[];
}

/** An API server at a fixed address, which can be stopped and started. */
export interface ApiServer {
  readonly url: string;
  /** Starts it, and returns when it serves. */
  start(): Promise<Daemon>;
  /** How the administrator reaches it; once it was started. */
  admin(): KubeConfig;
  /** How a user with this token reaches it; once it was started. */
  kubeConfigOf(user: string, token: string): KubeConfig;
}

/** Writes what an API server needs: tokens, and a key for ServiceAccounts. */
export async function prepareApiServer({ command, folder, etcdUrl, extraArgs }: ApiServerOptions): Promise<ApiServer> {
  const certificates = join(folder, 'certificates');
  await mkdir(certificates);
  const adminToken = randomBytes(16).toString('hex');
  const tokenFile = join(folder, 'tokens.csv');
  writeFileSync(tokenFile, `${adminToken},admin,admin,system:masters\n`, { mode: 0o600 });
  const serviceAccountKey = writeServiceAccountKey(folder);
  const port = await freePort();
  const url = `https://127.0.0.1:${port}`;
  const args = [
    `--etcd-servers=${etcdUrl}`,
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
    // It would ask for a default ServiceAccount in every namespace, and pods are all that needs one.
    '--disable-admission-plugins=ServiceAccount',
    '--profiling=false',
    ...extraArgs,
  ];
  // kube-apiserver makes this at its first start: self-signed, so it is its own authority.
  const authority = join(certificates, 'apiserver.crt');
  const reach = (user: string, token: string) => kubeConfigOf(url, authority, user, token);
  const admin = () => reach('admin', adminToken);
  return {
    url,
    admin,
    kubeConfigOf: reach,
    start: () =>
      startDaemon({
        name: 'kube-apiserver',
        command,
        args,
        folder,
        isReady: async () => existsSync(authority) && new Health(admin()).readyz({}),
        readyLimitMs: 60_000,
      }),
  };
}
