import { exponentialMs } from './backoff.ts';
import type { Clock } from './clock.ts';
import { type Prioritized, PriorityList } from './priority-list.ts';

export interface AddOptions {
  /** Higher goes first. A key that waits already keeps the higher of the two. @default 0 */
  readonly priority?: number;
  /** The key is due no sooner than this; the sooner of two counts. @default 0 */
  readonly afterMs?: number;
}

/** What a worker was handed; it must call `done` with its key. */
export type WorkItem = Prioritized;

/** Told what happens in a queue. Must not throw. */
export interface QueueMetrics {
  /** A key is due that was not. */
  added(): void;
  /** A key comes again later: a failure, or a delay that was asked for. */
  retried(): void;
  /** A worker took a key that had been due for so long. */
  started(waitedMs: number): void;
  /** A worker is done with a key. */
  finished(workedMs: number): void;
}

export interface QueueOptions {
  readonly clock: Clock;
  readonly metrics?: QueueMetrics;
  /** The delay after a key's first failure; it doubles with each further one. @default 5 */
  readonly backoffBaseMs?: number;
  /** @default 1_000_000 */
  readonly backoffMaxMs?: number;
}

interface Delayed {
  readonly dueAtMs: number;
  readonly priority: number;
  readonly cancel: AbortController;
}

/** Node fires longer timers at once. A key that is due later than that comes early, which is harmless. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * A queue of keys (names of things to look at, not of events): however often a key is added, it waits once; it is in the
 * hands of one worker at a time; added while in hand, it comes once more. So a worker always looks at the latest state,
 * and no change goes unseen.
 *
 * Semantics are those of client-go's workqueue, with the priorities of controller-runtime's priority queue.
 *
 * @see https://pkg.go.dev/k8s.io/client-go/util/workqueue
 *
 * @example
 * for (let item = await queue.get(); item !== null; item = await queue.get()) {
 *   try {
 *     await lookAt(item.key);
 *     queue.forget(item.key);
 *   } catch {
 *     queue.retry(item.key, item.priority);
 *   } finally {
 *     queue.done(item.key);
 *   }
 * }
 */
export class WorkQueue {
  readonly #clock: Clock;
  readonly #metrics: QueueMetrics | undefined;
  readonly #backoffBaseMs: number;
  readonly #backoffMaxMs: number;
  readonly #due = new PriorityList();
  readonly #dueSinceMs = new Map<string, number>();
  readonly #delayed = new Map<string, Delayed>();
  readonly #inHandSinceMs = new Map<string, number>();
  /** In hand, and added meanwhile: due as soon as the worker is done. */
  readonly #again = new Map<string, number>();
  readonly #failures = new Map<string, number>();
  readonly #waitingWorkers: ((item: WorkItem | null) => void)[] = [];
  readonly #waitingForEmpty: (() => void)[] = [];
  #open = true;

  constructor(options: QueueOptions) {
    this.#clock = options.clock;
    this.#metrics = options.metrics;
    this.#backoffBaseMs = options.backoffBaseMs ?? 5;
    this.#backoffMaxMs = options.backoffMaxMs ?? 1_000_000;
  }

  /** Asks for the key to be worked on. Ignored once the queue is shut down. */
  add(key: string, { priority = 0, afterMs = 0 }: AddOptions = {}): void {
    if (!this.#open) return;
    if (afterMs > 0) this.#delay(key, priority, afterMs);
    else this.#makeDue(key, priority);
  }

  /** Adds a key that could not be worked on, after a delay that doubles with each failure until `forget`. */
  retry(key: string, priority = 0): void {
    const failures = this.failuresOf(key);
    this.#failures.set(key, failures + 1);
    this.add(key, { priority, afterMs: exponentialMs(failures, this.#backoffBaseMs, this.#backoffMaxMs) });
  }

  /** Says that the key was worked on with success: its next failure is its first. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** How often the key was retried since it was last forgotten. */
  failuresOf(key: string): number {
    return this.#failures.get(key) ?? 0;
  }

  /** The next key, as soon as there is one; null once the queue is shut down and has no more. */
  async get(): Promise<WorkItem | null> {
    if (this.#due.size > 0) return this.#hand();
    if (!this.#open) return null;
    return new Promise((resolve) => this.#waitingWorkers.push(resolve));
  }

  /** Gives a key back that `get` handed out. @throws Error when it is not in hand, which is a defect of the caller. */
  done(key: string): void {
    const sinceMs = this.#inHandSinceMs.get(key);
    if (sinceMs === undefined) throw new Error(`${key} is given back to a queue that has not handed it out`);
    this.#inHandSinceMs.delete(key);
    this.#metrics?.finished(this.#nowMs() - sinceMs);
    const priority = this.#again.get(key);
    this.#again.delete(key);
    if (priority !== undefined) this.#makeDue(key, priority);
    this.#resolveIfEmpty();
  }

  /**
   * Takes nothing more. Keys that are due are still handed out (`finish`) or are not (`drop`); delayed ones are dropped.
   * Resolves when no key is in hand and none is due.
   */
  async shutDown(queued: 'finish' | 'drop' = 'finish'): Promise<void> {
    this.#open = false;
    for (const key of [...this.#delayed.keys()]) this.#cancelDelay(key);
    if (queued === 'drop') {
      this.#due.clear();
      this.#dueSinceMs.clear();
      this.#again.clear();
    }
    return new Promise((resolve) => {
      this.#waitingForEmpty.push(resolve);
      this.#resolveIfEmpty();
    });
  }

  /** How many keys are due, by priority; those in hand and those delayed do not count. */
  depths(): ReadonlyMap<number, number> {
    return this.#due.sizes();
  }

  /** For how long each key in hand has been so. */
  runningMs(): readonly number[] {
    const nowMs = this.#nowMs();
    return [...this.#inHandSinceMs.values()].map((sinceMs) => nowMs - sinceMs);
  }

  #makeDue(key: string, priority: number): void {
    const delayed = this.#cancelDelay(key);
    const highest = Math.max(priority, delayed?.priority ?? priority);
    if (this.#inHandSinceMs.has(key)) {
      const before = this.#again.get(key);
      if (before === undefined) this.#metrics?.added();
      this.#again.set(key, Math.max(highest, before ?? highest));
      return;
    }
    if (!this.#due.has(key)) {
      this.#dueSinceMs.set(key, this.#nowMs());
      this.#metrics?.added();
    }
    this.#due.put(key, highest);
    const worker = this.#waitingWorkers.shift();
    if (worker !== undefined) worker(this.#hand());
  }

  #delay(key: string, priority: number, afterMs: number): void {
    this.#metrics?.retried();
    // It comes sooner anyway.
    if (this.#due.has(key) || this.#again.has(key)) {
      this.#makeDue(key, priority);
      return;
    }
    const before = this.#cancelDelay(key);
    const dueAtMs = Math.min(this.#nowMs() + afterMs, before?.dueAtMs ?? Number.POSITIVE_INFINITY);
    const delayed: Delayed = {
      dueAtMs,
      priority: Math.max(priority, before?.priority ?? priority),
      cancel: new AbortController(),
    };
    this.#delayed.set(key, delayed);
    void this.#makeDueLater(key, delayed);
  }

  async #makeDueLater(key: string, delayed: Delayed): Promise<void> {
    const leftMs = Math.min(delayed.dueAtMs - this.#nowMs(), longestTimerMs);
    await this.#clock.sleep(leftMs, delayed.cancel.signal);
    if (this.#delayed.get(key) === delayed) this.#makeDue(key, delayed.priority);
  }

  #cancelDelay(key: string): Delayed | undefined {
    const delayed = this.#delayed.get(key);
    this.#delayed.delete(key);
    delayed?.cancel.abort();
    return delayed;
  }

  #hand(): WorkItem | null {
    const item = this.#due.take();
    if (item === undefined) return null;
    const nowMs = this.#nowMs();
    this.#inHandSinceMs.set(item.key, nowMs);
    this.#metrics?.started(nowMs - (this.#dueSinceMs.get(item.key) ?? nowMs));
    this.#dueSinceMs.delete(item.key);
    return item;
  }

  #resolveIfEmpty(): void {
    if (this.#open) return;
    if (this.#due.size === 0) for (const worker of this.#waitingWorkers.splice(0)) worker(null);
    if (this.#due.size > 0 || this.#inHandSinceMs.size > 0) return;
    for (const resolve of this.#waitingForEmpty.splice(0)) resolve();
  }

  #nowMs(): number {
    return this.#clock.now().monotonicMs;
  }
}
