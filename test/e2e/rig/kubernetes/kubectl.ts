import { execFile } from 'node:child_process';
import type { Cluster } from '../cluster.ts';
import { tool } from '../toolchain/toolchain.ts';

/**
 * Runs kubectl as the administrator, for what a test does the way that a user would; returns what it printed.
 *
 * @param input what it reads from stdin, for `-f -`.
 * @throws Error with what it said, when it fails.
 */
export async function kubectl(cluster: Cluster, args: readonly string[], input = ''): Promise<string> {
  const command = await tool('kubectl');
  return new Promise((resolve, reject) => {
    const child = execFile(
      command,
      [`--kubeconfig=${cluster.kubeconfig}`, `--cache-dir=${cluster.folder}/kubectl`, ...args],
      { maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error === null) {
          resolve(stdout);
        } else {
          reject(new Error(`kubectl ${args.join(' ')}: ${stderr.trim()}`, { cause: error }));
        }
      },
    );
    child.stdin?.end(input);
  });
}
