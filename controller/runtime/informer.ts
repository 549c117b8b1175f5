import type { ApiClient, Query, WatchEvent } from './api-client.ts';
import { ApiError, isExpired, type Status } from './api-error.ts';
import { Backoff } from './backoff.ts';
import type { Clock } from './clock.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { listAll } from './list-all.ts';
import type { Logger } from './logger.ts';
import { reasonOf } from './reason-of.ts';
import { fieldsOf } from './refusal.ts';
import { collectionPath, type Resource } from './resource.ts';
import { type Indexers, Store, type StoreChange } from './store.ts';

export interface InformerOptions<T extends KubernetesObject> {
  readonly api: ApiClient;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly resource: Resource;
  /** @default all namespaces */
  readonly namespace?: string;
  /** Such as `app=trading,tier!=web`. @default all objects */
  readonly labelSelector?: string;
  /** @default none */
  readonly indexers?: Indexers<T>;
  /** Objects in one answer of a list. @default 500 */
  readonly pageSize?: number;
  /** How often every object is shown again as updated, though it has not changed; 0 is never. @default 10 hours */
  readonly resyncMs?: number;
  /**
   * How long a watch may be silent before it is taken for hung. Servers send a bookmark every minute or so.
   *
   * @default 120_000
   */
  readonly idleMs?: number;
  /** A number in [0, 1). @default Math.random */
  readonly random?: () => number;
}

/** Told of each change, in order. What it throws is logged and goes no further; a promise is not waited for. */
export type ChangeHandler<T> = (change: StoreChange<T>) => void | Promise<void>;

/**
 * After an error. client-go's reflector waits from 0.8 s up to 30 s; a process with a handful of informers may come back
 * sooner once an outage is over.
 */
const backoffMs = { baseMs: 800, maxMs: 10_000 };
/** A server that asks us to stay away for longer is asked again after this. */
const longestRetryAfterMs = 60_000;
/** A watch that ends sooner, and without an event, counts as failed. */
const shortestWatchMs = 1_000;

/**
 * Keeps a read-only copy of the objects of a kind, and tells handlers what changes: a list, then a watch that goes on from
 * it. It goes on for as long as it runs, whatever the server, the network or the handlers do; meanwhile the copy is old,
 * and `failure` says why.
 *
 * - A watch that is cut goes on where it was; one that is too old, or said something that is no event, begins with a new
 *   list. What was deleted in between is told then. The first list after the last good watch comes at once.
 * - A watch that is silent for too long is taken for hung, and begun again.
 * - Whatever fails is tried again after a growing, jittered delay, or when the server says (Retry-After).
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 *
 * @example
 * const plans = new Informer<Plan>({ api, clock, logger, resource: planResource });
 * plans.onChange(({ object }) => queue.add(keyOf(object)));
 * void plans.run(stop);
 */
export class Informer<T extends KubernetesObject> {
  readonly resource: Resource;
  readonly #options: InformerOptions<T>;
  readonly #store: Store<T>;
  readonly #path: string;
  readonly #selectors: Query;
  readonly #handlers: ChangeHandler<T>[] = [];
  readonly #whenSynced: (() => void)[] = [];
  readonly #backoff: Backoff;
  readonly #random: () => number;
  #synced = false;
  #failure: string | undefined;
  /** Whether the server has forgotten where we were since it last was well. */
  #expired = false;
  /** Where the next watch begins; undefined when a list must come first. */
  #resourceVersion: string | undefined;

  constructor(options: InformerOptions<T>) {
    this.resource = options.resource;
    this.#options = options;
    this.#store = new Store(this.#guarded(options.indexers ?? {}));
    this.#path = collectionPath(options.resource, options.namespace);
    this.#selectors = { labelSelector: options.labelSelector };
    this.#random = options.random ?? Math.random;
    this.#backoff = new Backoff({ ...backoffMs, random: this.#random });
  }

  /** Whether the copy has been complete once. */
  get hasSynced(): boolean {
    return this.#synced;
  }

  /** Why the copy is not being kept current; undefined when it is. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** By `namespace/name`, or `name`. */
  get(key: string): T | undefined {
    return this.#store.get(key);
  }

  list(): readonly T[] {
    return this.#store.list();
  }

  /** The objects that an index of `indexers` has under a value. @throws Error when there is no such index. */
  byIndex(index: string, value: string): readonly T[] {
    return this.#store.byIndex(index, value);
  }

  /** Adds a handler. It is first told of every object that is there already, as added. */
  onChange(handler: ChangeHandler<T>): void {
    this.#handlers.push(handler);
    for (const object of this.#store.list()) this.#tell(handler, { type: 'added', object });
  }

  /** Resolves with true once the copy is complete, and with false if `signal` aborts before. */
  async whenSynced(signal: AbortSignal): Promise<boolean> {
    if (this.#synced || signal.aborted) return this.#synced;
    return new Promise((resolve) => {
      const onAbort = (): void => resolve(this.#synced);
      signal.addEventListener('abort', onAbort, { once: true });
      this.#whenSynced.push(() => {
        signal.removeEventListener('abort', onAbort);
        resolve(true);
      });
    });
  }

  /** Lists and watches until `signal` aborts. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#follow(signal), this.#resync(signal)]);
  }

  async #follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#listIfNeeded(signal);
        await this.#watch(signal);
      } catch (error) {
        if (!signal.aborted) await this.#recover(error, signal);
      }
    }
  }

  async #listIfNeeded(signal: AbortSignal): Promise<void> {
    if (this.#resourceVersion !== undefined) return;
    const { api, resource, pageSize } = this.#options;
    const query = this.#selectors;
    const listing = await listAll<T>(api, resource, this.#path, {
      query,
      signal,
      ...(pageSize === undefined ? {} : { pageSize }),
    });
    for (const change of this.#store.replace(listing.items)) this.#tellAll(change);
    this.#resourceVersion = listing.resourceVersion;
    this.#synced = true;
    for (const resolve of this.#whenSynced.splice(0)) resolve();
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { api, clock, idleMs = 120_000 } = this.#options;
    const query: Query = {
      ...this.#selectors,
      resourceVersion: this.#resourceVersion,
      allowWatchBookmarks: true,
      // As client-go: spread, so that the watches of a restarted server do not end together ever after.
      timeoutSeconds: Math.round(300 + 300 * this.#random()),
    };
    const events = await api.watch(this.#path, query, idleMs, signal);
    this.#failure = undefined;
    const openedAtMs = clock.now().monotonicMs;
    let alive = false;
    try {
      for await (const event of events) {
        this.#apply(event);
        alive = true;
      }
    } finally {
      alive ||= clock.now().monotonicMs - openedAtMs >= shortestWatchMs;
      if (alive) {
        this.#backoff.reset();
        this.#expired = false;
      }
    }
    if (!alive && !signal.aborted) throw new Error('the server ended the watch at once');
  }

  #apply(event: WatchEvent): void {
    const object = event.object as T & Status;
    if (event.type === 'ERROR' || object?.metadata === undefined) {
      // Nobody knows what was missed.
      this.#resourceVersion = undefined;
      throw new ApiError(object?.code ?? 0, object ?? {});
    }
    if (event.type === 'DELETED') for (const change of this.#store.remove(object)) this.#tellAll(change);
    else if (event.type !== 'BOOKMARK') for (const change of this.#store.put(object)) this.#tellAll(change);
    this.#resourceVersion = object.metadata.resourceVersion ?? this.#resourceVersion;
  }

  async #recover(error: unknown, signal: AbortSignal): Promise<void> {
    const { clock, logger, resource } = this.#options;
    if (isExpired(error)) {
      this.#resourceVersion = undefined;
      // The server is there, and a list will put things right: no reason to wait, the first time.
      if (!this.#expired) {
        this.#expired = true;
        logger.info({ kind: resource.kind, ...fieldsOf(error) }, `${resource.kind} objects are listed again`);
        return;
      }
    }
    const askedMs = error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0;
    const delayMs = Math.max(this.#backoff.next(), Math.min(askedMs, longestRetryAfterMs));
    this.#failure = reasonOf(error);
    logger.warn(
      { kind: resource.kind, failures: this.#backoff.failures, retryInMs: Math.round(delayMs), ...fieldsOf(error) },
      `${resource.kind} objects are not being watched; trying again`,
    );
    await clock.sleep(delayMs, signal);
  }

  async #resync(signal: AbortSignal): Promise<void> {
    const { clock, resyncMs = 10 * 3_600_000 } = this.#options;
    if (resyncMs <= 0) return;
    while (!signal.aborted) {
      // At most a tenth sooner, so that the kinds of a process do not resync together.
      await clock.sleep(resyncMs * (1 - 0.1 * this.#random()), signal);
      if (signal.aborted) return;
      for (const object of this.#store.list()) this.#tellAll({ type: 'updated', object, before: object });
    }
  }

  /** An indexer that throws leaves the object out of its index, and the informer alive. */
  #guarded(indexers: Indexers<T>): Indexers<T> {
    const guarded = Object.entries(indexers).map(([index, valuesOf]) => [
      index,
      (object: T): readonly string[] => {
        try {
          return valuesOf(object);
        } catch (error) {
          this.#report(object, `the indexer ${index} failed`, error);
          return [];
        }
      },
    ]);
    return Object.fromEntries(guarded);
  }

  #tellAll(change: StoreChange<T>): void {
    for (const handler of this.#handlers) this.#tell(handler, change);
  }

  #tell(handler: ChangeHandler<T>, change: StoreChange<T>): void {
    const report = (error: unknown): void => this.#report(change.object, 'a handler of changes failed', error);
    try {
      Promise.resolve(handler(change)).catch(report);
    } catch (error) {
      report(error);
    }
  }

  #report({ kind, metadata: { name, namespace } }: T, what: string, error: unknown): void {
    this.#options.logger.error({ kind, name, namespace, err: error }, what);
  }
}
