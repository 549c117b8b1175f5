import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { Cluster } from '../rig/cluster.ts';

const root = join(import.meta.dirname, '../../..');

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The command line as a process of its own, as a person at the operations cluster runs it. */
export function understudy(cluster: Cluster, ...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['bin/understudy.js', ...args],
      { cwd: root, env: { ...process.env, KUBECONFIG: cluster.kubeconfig }, timeout: 300_000 },
      (error, out, err) => resolve({ code: error === null ? 0 : Number(error.code ?? -1), out, err }),
    );
  });
}
