import { join } from 'node:path';
import { type Daemon, startDaemon } from '../process/daemon.ts';
import { freePort } from '../process/free-port.ts';

export interface Etcd {
  readonly daemon: Daemon;
  readonly url: string;
}

/** Starts etcd with its data in the folder. */
export async function startEtcd(command: string, folder: string): Promise<Etcd> {
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
