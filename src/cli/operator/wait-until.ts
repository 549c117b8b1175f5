import type { Cluster } from '../cluster/cluster.ts';
import type { FailoverObject } from '../cluster/objects.ts';
import { watchObjects } from '../cluster/watch-objects.ts';

/** Waits until an operation fulfils a condition; `null` when time was over first, or it was deleted. */
export async function waitUntil(
  cluster: Cluster,
  { metadata: { name, namespace } }: FailoverObject,
  isSo: (failover: FailoverObject) => boolean,
  timeoutMs: number,
): Promise<FailoverObject | null> {
  const done = new AbortController();
  const signal = AbortSignal.any([done.signal, AbortSignal.timeout(timeoutMs)]);
  try {
    for await (const all of watchObjects(cluster, 'failovers', { namespace, signal, isPatient: true })) {
      const found = all.find(({ metadata }) => metadata.name === name);
      if (found === undefined) return null;
      if (isSo(found)) return found;
    }
    return null;
  } finally {
    done.abort();
  }
}
