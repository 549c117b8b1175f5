import { setMaxListeners } from 'node:events';
import type { Clock } from './clock.ts';
import type { Informer } from './informer.ts';
import { type KubernetesObject, keyOf } from './kubernetes-object.ts';
import type { Logger } from './logger.ts';
import type { ReconcileResult, RuntimeMetrics } from './metrics.ts';
import { type AddOptions, type WorkItem, WorkQueue } from './queue.ts';
import { fieldsOf } from './refusal.ts';
import type { StoreChange } from './store.ts';
import { startWatchdog } from './watchdog.ts';

export interface ReconcileContext {
  /** Aborts when the time is up, and when this process may act no more. */
  readonly signal: AbortSignal;
  /** The priority with which the key came. */
  readonly priority: number;
  /** How often in a row it has failed. */
  readonly failures: number;
}

/** When to come back, where nothing changes before. */
export interface Requeue {
  /** 0 or less is at once, after the others that wait. */
  readonly requeueAfterMs?: number;
  /** @default 0 */
  readonly priority?: number;
}

/**
 * Brings one object nearer to what it should be. It looks at the state, not at what changed; it may be called at any time
 * and again; what it throws brings the key back after a growing delay.
 */
export type Reconciler = (key: string, context: ReconcileContext) => Promise<Requeue | undefined>;

/** Which keys to look at after a change. */
export type ToKeys<T> = (change: StoreChange<T>) => readonly ({ readonly key: string } & AddOptions)[];

export interface ControllerOptions {
  /** For logs and metrics. */
  readonly name: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly reconcile: Reconciler;
  readonly metrics?: RuntimeMetrics;
  /** Keys in hand at the same time. @default 1 */
  readonly workers?: number;
  /**
   * After this the reconciler's signal aborts. The key stays in hand until the reconciler returns, since two of them at
   * one object would be worse than one that hangs.
   *
   * @default 60_000
   */
  readonly timeoutMs?: number;
}

/** Calls a reconciler for each object that changed, and for each that asked for it. */
export class Controller {
  readonly name: string;
  readonly #options: ControllerOptions;
  readonly #queue: WorkQueue;
  /** Each begins to follow an informer; resolves once that has synced. */
  readonly #sources: ((stop: AbortSignal) => Promise<boolean>)[] = [];

  constructor(options: ControllerOptions) {
    const { name, clock, metrics } = options;
    this.name = name;
    this.#options = options;
    this.#queue = new WorkQueue({ clock, ...(metrics === undefined ? {} : { metrics: metrics.queue(name) }) });
    metrics?.watchQueue(name, this.#queue);
  }

  /**
   * Follows the changes of an informer, which somebody else runs, from the moment that this controller runs.
   *
   * @param toKeys by default the object that changed.
   */
  watch<T extends KubernetesObject>(informer: Informer<T>, toKeys: ToKeys<T> = own): this {
    this.#sources.push(async (stop) => {
      informer.onChange((change) => {
        for (const { key, ...options } of toKeys(change)) this.#queue.add(key, options);
      });
      return informer.whenSynced(stop);
    });
    return this;
  }

  /** Asks for a key to be looked at. */
  enqueue(key: string, options?: AddOptions): void {
    this.#queue.add(key, options);
  }

  /**
   * Works until `stop` aborts, and then finishes what is in hand and takes up nothing more. `abort` aborts what is in hand
   * as well. Runs once; never rejects.
   */
  async run(stop: AbortSignal, abort: AbortSignal): Promise<void> {
    const { logger, workers = 1 } = this.#options;
    // Each key in hand listens: many are no leak.
    setMaxListeners(0, abort);
    const synced = await Promise.all(this.#sources.map((follow) => follow(stop)));
    if (!synced.every((is) => is) || stop.aborted) return;
    logger.info({ controller: this.name, workers }, 'reconciling');
    const onStop = (): void => void this.#queue.shutDown('drop');
    stop.addEventListener('abort', onStop);
    await Promise.all(Array.from({ length: workers }, async () => this.#work(abort)));
    stop.removeEventListener('abort', onStop);
  }

  async #work(abort: AbortSignal): Promise<void> {
    for (let item = await this.#queue.get(); item !== null; item = await this.#queue.get()) {
      await this.#reconcile(item, abort);
      this.#queue.done(item.key);
    }
  }

  async #reconcile({ key, priority }: WorkItem, abort: AbortSignal): Promise<void> {
    const { clock, logger, metrics, reconcile, timeoutMs = 60_000 } = this.#options;
    const over = new AbortController();
    const onAbort = (): void => over.abort(abort.reason);
    if (abort.aborted) onAbort();
    abort.addEventListener('abort', onAbort);
    const watchdog = startWatchdog(clock, timeoutMs, () => {
      logger.error({ controller: this.name, key, timeoutMs }, 'a reconciliation takes too long and is aborted');
      over.abort(new Error(`not done after ${timeoutMs / 1000} s`));
    });
    const beganAtMs = clock.now().monotonicMs;
    let result: ReconcileResult;
    try {
      const failures = this.#queue.failuresOf(key);
      const requeue = await reconcile(key, { signal: over.signal, priority, failures });
      result = this.#requeue(key, requeue);
    } catch (error) {
      result = 'error';
      this.#queue.retry(key, priority);
      if (!abort.aborted) this.#report(key, error);
    } finally {
      watchdog.stop();
      abort.removeEventListener('abort', onAbort);
    }
    metrics?.reconciled(this.name, result, clock.now().monotonicMs - beganAtMs);
  }

  #requeue(key: string, requeue: Requeue | undefined): ReconcileResult {
    const { requeueAfterMs, priority = 0 } = requeue ?? {};
    if (requeueAfterMs !== undefined && Number.isNaN(requeueAfterMs))
      throw new TypeError('requeueAfterMs is no number');
    this.#queue.forget(key);
    if (requeueAfterMs === undefined) return 'success';
    this.#queue.add(key, { priority, afterMs: requeueAfterMs });
    return 'requeue_after';
  }

  #report(key: string, error: unknown): void {
    const failures = this.#queue.failuresOf(key);
    this.#options.logger.error({ controller: this.name, key, failures, ...fieldsOf(error) }, 'a reconciliation failed');
  }
}

function own<T extends KubernetesObject>({ object }: StoreChange<T>): readonly { readonly key: string }[] {
  return [{ key: keyOf(object) }];
}
