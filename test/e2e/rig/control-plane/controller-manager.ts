import { join } from 'node:path';
import { type Daemon, startDaemon } from '../process/daemon.ts';
import { freePort } from '../process/free-port.ts';

/**
 * How long to wait for something that the garbage collector or the namespace controller deletes: the collector learns of
 * new kinds every 30 s only, which no flag changes, and the other backs off while finalizers remain.
 */
export const deletionLimitMs = 120_000;

/**
 * Crossplane leaves the deletion of composed resources to the garbage collector and tests delete namespaces; roles are
 * aggregated as in a real cluster. No other controller has anything to do without nodes.
 */
export async function startControllerManager(command: string, folder: string, kubeconfig: string): Promise<Daemon> {
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
