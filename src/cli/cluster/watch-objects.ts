import { setTimeout as pause } from 'node:timers/promises';
import { Watch } from '@kubernetes/client-node';
import { UnderstudyError } from '../../api/errors.ts';
import { apiVersion } from '../../api/object-meta.ts';
import type { Cluster } from './cluster.ts';
import { isForbidden } from './cluster-error.ts';
import type { ObjectOf, Plural } from './objects.ts';

export interface WatchOptions {
  /** `null` is all of them. */
  readonly namespace: string | null;
  readonly signal: AbortSignal;
  /** Waits for an API server that is away from the first, too. @default false */
  readonly isPatient?: boolean;
  /** Told once each time that the API server stops answering, and with null when it is back. */
  readonly onTrouble?: (trouble: UnderstudyError | null) => void;
  /** Between two tries, milliseconds, and between two lists where watching is not allowed. @default 1_000 */
  readonly pauseMs?: number;
}

/** The server ends a watch after so long, and the client one that is silent for longer. */
const watchSeconds = 25;

/**
 * Yields all objects of a kind, at first and after each change. It outlives what a cluster does in an outage: a watch
 * that is cut or has expired (410) begins again with a list, an API server that is away is asked until it is back, and
 * who may list and not watch gets lists.
 *
 * @throws UnderstudyError of the first list, and where a later one is forbidden.
 */
export async function* watchObjects<P extends Plural>(
  cluster: Cluster,
  plural: P,
  options: WatchOptions,
): AsyncGenerator<readonly ObjectOf[P][]> {
  const { namespace, signal, onTrouble, pauseMs = 1_000 } = options;
  let mayFail = options.isPatient === true;
  let isTroubled = false;
  let mayWatch = true;
  while (!signal.aborted) {
    const objects = new Map<string, ObjectOf[P]>();
    try {
      const { items, resourceVersion } = await cluster.list(plural, namespace);
      if (isTroubled) onTrouble?.(null);
      isTroubled = false;
      mayFail = true;
      for (const item of items) objects.set(keyOf(item), item);
      yield [...objects.values()];
      if (mayWatch) {
        for await (const change of changes(cluster, plural, { ...options, resourceVersion })) {
          if (change === 'forbidden') {
            mayWatch = false;
            break;
          }
          if (change.type === 'DELETED') objects.delete(keyOf(change.object));
          else objects.set(keyOf(change.object), change.object);
          yield [...objects.values()];
        }
      }
    } catch (error) {
      if (!(error instanceof UnderstudyError) || !mayFail || isForbidden(error)) throw error;
      if (!isTroubled) onTrouble?.(error);
      isTroubled = true;
    }
    await pause(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}

interface Change<Item> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: Item;
}

/** The changes since a version, until the watch ends in whatever way: whoever wants more lists again. */
async function* changes<P extends Plural>(
  cluster: Cluster,
  plural: P,
  { namespace, signal, resourceVersion }: WatchOptions & { readonly resourceVersion: string },
): AsyncGenerator<Change<ObjectOf[P]> | 'forbidden'> {
  const arrived: Change<ObjectOf[P]>[] = [];
  let ended: 'no' | 'ended' | 'forbidden' = 'no';
  let wake = (): void => undefined;
  const place = namespace === null ? '' : `/namespaces/${namespace}`;
  const stop = (): void => {
    ended = 'ended';
    wake();
  };
  signal.addEventListener('abort', stop, { once: true });
  const request = await new Watch(cluster.kubeConfig).watch(
    `/apis/${apiVersion}${place}/${plural}`,
    { resourceVersion, timeoutSeconds: watchSeconds },
    (type: string, object: ObjectOf[P]) => {
      if (type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED') arrived.push({ type, object });
      else if (type === 'ERROR') ended = 'ended';
      wake();
    },
    (error: unknown) => {
      ended = (error as { statusCode?: number } | null)?.statusCode === 403 ? 'forbidden' : 'ended';
      wake();
    },
  );
  try {
    while (true) {
      const change = arrived.shift();
      if (change !== undefined) {
        yield change;
      } else if (ended === 'no') {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      } else {
        if (ended === 'forbidden') yield 'forbidden';
        return;
      }
    }
  } finally {
    signal.removeEventListener('abort', stop);
    request.abort();
  }
}

function keyOf({ metadata }: { readonly metadata: { readonly namespace: string; readonly name: string } }): string {
  return `${metadata.namespace}/${metadata.name}`;
}
