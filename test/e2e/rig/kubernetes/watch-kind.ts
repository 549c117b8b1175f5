import { setTimeout as pause } from 'node:timers/promises';
import {
  type KubernetesListObject,
  type KubernetesObject as ModelledObject,
  makeInformer,
} from '@kubernetes/client-node';
import type { Cluster } from '../cluster.ts';
import type { Kind } from '../provider/kinds-in-use.ts';
import type { KubernetesObject } from './api-client.ts';

/** The objects of one kind, kept current. */
export interface WatchedKind {
  list(): readonly KubernetesObject[];
  stop(): Promise<void>;
}

/** How long a watch waits before it starts again after an error. */
const restartAfterMs = 500;

/** Watches all objects of a kind as the administrator, through outages of the API server too. */
export async function watchKind(
  cluster: Cluster,
  { apiVersion, kind }: Kind,
  onChange: (object: KubernetesObject) => void,
): Promise<WatchedKind> {
  const stopped = new AbortController();
  const path = await cluster.api.collectionPath(apiVersion, kind);
  const informer = makeInformer<ModelledObject>(cluster.admin, path, () =>
    cluster.api.request<KubernetesListObject<ModelledObject>>('GET', path),
  );
  // The objects are plain JSON; the library's model of them differs only in the dates. Lists leave out the kind.
  const plain = (object: ModelledObject) => ({ ...object, apiVersion, kind }) as unknown as KubernetesObject;
  informer.on('add', (object) => onChange(plain(object)));
  informer.on('update', (object) => onChange(plain(object)));
  // An informer gives up at an error, such as an API server that a test has stopped.
  informer.on('error', async () => {
    await pause(restartAfterMs, undefined, { signal: stopped.signal }).catch(() => undefined);
    if (!stopped.signal.aborted) {
      await informer.start();
    }
  });
  await informer.start();
  return {
    list: () => informer.list().map(plain),
    stop: async () => {
      stopped.abort();
      await informer.stop();
    },
  };
}
