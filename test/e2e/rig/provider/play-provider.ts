import { setTimeout as pause } from 'node:timers/promises';
import type { Cluster } from '../cluster.ts';
import type { KubernetesObject } from '../kubernetes/api-client.ts';
import { watchKind } from '../kubernetes/watch-kind.ts';
import { type Kind, kindName } from './kinds-in-use.ts';
import { type Provider, reconcileManaged } from './reconcile-managed.ts';

export interface PlayProviderOptions extends Provider {
  /** The kinds that it looks after; their CRDs must be established. */
  readonly kinds: readonly Kind[];
  /** How often every resource is observed again, for what changes outside Kubernetes. @default 1_000 */
  readonly pollIntervalMs?: number;
}

export interface PlayedProvider {
  stop(): Promise<void>;
}

/**
 * Plays provider-aws: watches managed resources and gives them the conditions, external names, `status.atProvider` and
 * finalizers that the real one would, from what the callbacks say of the world. One resource at a time, so the callbacks
 * need no locks.
 */
export async function playProvider(cluster: Cluster, options: PlayProviderOptions): Promise<PlayedProvider> {
  const { kinds, pollIntervalMs = 1_000 } = options;
  const stopped = new AbortController();
  /** The resources that changed since they were last seen to. */
  const due = new Set<string>();
  let wake = () => {};
  const watched = await Promise.all(
    kinds.map((kind) =>
      watchKind(cluster, kind, (object) => {
        due.add(keyOf(object));
        wake();
      }),
    ),
  );

  const work = async () => {
    let pollAtMs = 0;
    while (!stopped.signal.aborted) {
      // By the clock: a resource that changes all the time must not keep the others from being looked at.
      const everyOne = performance.now() >= pollAtMs;
      if (everyOne) pollAtMs = performance.now() + pollIntervalMs;
      const managed = watched.flatMap((one) => one.list()).filter((one) => everyOne || due.has(keyOf(one)));
      due.clear();
      for (const one of managed) {
        // A conflict, or an API server that is away: the next round sees the object anew.
        await reconcileManaged(cluster.api, options, one).catch(() => undefined);
      }
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      if (due.size > 0) {
        wake();
      }
      const leftMs = Math.max(0, pollAtMs - performance.now());
      await Promise.race([woken, pause(leftMs, undefined, { signal: stopped.signal }).catch(() => undefined)]);
    }
  };
  const working = work();

  return {
    stop: async () => {
      stopped.abort();
      await working;
      await Promise.all(watched.map((one) => one.stop()));
    },
  };
}

function keyOf(object: KubernetesObject): string {
  return `${kindName(object)}/${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}
