import type { ApiClient } from './api-client.ts';
import { ApiError, isAlreadyExists, isNotFound } from './api-error.ts';
import { Backoff } from './backoff.ts';
import type { Clock } from './clock.ts';
import { type EventObject, eventOf, events, type NewEvent, seriesKey } from './event-object.ts';
import type { Logger } from './logger.ts';
import { microTime } from './micro-time.ts';
import { fieldsOf } from './refusal.ts';

export interface EventRecorderOptions {
  readonly api: ApiClient;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Such as `example.dev/widget-controller`. */
  readonly controller: string;
  /** Such as the pod's name. */
  readonly instance: string;
  /** Events that wait to be sent; more are dropped, and the log says how many. @default 1_000 */
  readonly maxWaiting?: number;
  /** Series that are remembered, the longest silent forgotten first. @default 4_096 */
  readonly maxSeries?: number;
  /** A number in [0, 1). @default Math.random */
  readonly random?: () => number;
}

/** One event in the API server, and how often it happened. */
interface Series {
  readonly key: string;
  readonly event: EventObject;
  count: number;
  lastAtMs: number;
  lastObservedTime: string;
  /** The count that was sent last, and when. */
  sentCount: number;
  sentAtMs: number;
}

/** As client-go: a series ends when it was silent for so long, */
const finishMs = 6 * 60_000;
/** and shows its count as often while it goes on. */
const refreshMs = 30 * 60_000;
/** How often a write is tried, and how long between. */
const tries = 12;
const retryMs = { baseMs: 1_000, maxMs: 30_000 };
/**
 * Records events. The same thing that happens again to the same object (whatever the note says) is one event with a
 * count: the second time is shown at once, later ones every half hour and when it is over, as client-go does.
 *
 * `record` returns at once and never throws: events are for people, and what they are about must not suffer when they
 * cannot be written. What waits and what is remembered is bounded.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
 */
export class EventRecorder {
  readonly #options: EventRecorderOptions;
  /** In the order in which they were last heard of. */
  readonly #series = new Map<string, Series>();
  readonly #waiting = new Set<Series>();
  #wake: () => void = () => {};
  #dropped = 0;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
  }

  /** Says that something happened. */
  record(happened: NewEvent): void {
    try {
      this.#note(happened);
    } catch (error) {
      this.#options.logger.error({ err: error }, 'an event cannot be recorded');
    }
  }

  /** Sends events until `signal` aborts. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#send(signal), this.#refresh(signal)]);
  }

  /** Sends what waits, once each, until `signal` aborts. For the end of a process, after `run` has returned. */
  async flush(signal: AbortSignal): Promise<void> {
    this.#enqueue([...this.#series.values()].filter(({ count, sentCount }) => count > sentCount));
    for (const series of [...this.#waiting]) {
      if (signal.aborted) return;
      this.#waiting.delete(series);
      await this.#write(series, signal).catch(() => {});
    }
  }

  #note(happened: NewEvent): void {
    const { clock, controller, instance, maxSeries = 4_096 } = this.#options;
    const { wallMs, monotonicMs } = clock.now();
    const key = seriesKey(happened);
    const before = this.#series.get(key);
    const series = before ?? {
      key,
      event: eventOf(happened, { controller, instance, wallMs }),
      count: 0,
      lastAtMs: monotonicMs,
      lastObservedTime: '',
      sentCount: 0,
      sentAtMs: monotonicMs,
    };
    series.count += 1;
    series.lastAtMs = monotonicMs;
    series.lastObservedTime = microTime(wallMs);
    this.#series.delete(key);
    this.#series.set(key, series);
    const [oldest] = this.#series.keys();
    if (this.#series.size > maxSeries && oldest !== undefined) this.#series.delete(oldest);
    if (series.count <= 2) this.#enqueue([series]);
  }

  #enqueue(all: readonly Series[]): void {
    const { maxWaiting = 1_000, logger } = this.#options;
    for (const series of all) {
      if (this.#waiting.size < maxWaiting || this.#waiting.has(series)) {
        this.#waiting.add(series);
        continue;
      }
      this.#dropped += 1;
      // A first time that is dropped has no event to count: the next one begins anew.
      if (series.sentCount === 0) this.#series.delete(series.key);
      if (this.#dropped === 1)
        logger.warn({ maxWaiting }, 'events are dropped: they come faster than they can be written');
    }
    this.#wake();
  }

  async #send(signal: AbortSignal): Promise<void> {
    const onAbort = (): void => this.#wake();
    signal.addEventListener('abort', onAbort);
    while (!signal.aborted) {
      const [series] = this.#waiting;
      if (series === undefined) {
        if (this.#dropped > 0) this.#options.logger.warn({ dropped: this.#dropped }, 'events were dropped');
        this.#dropped = 0;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        continue;
      }
      this.#waiting.delete(series);
      await this.#writeWithRetries(series, signal);
    }
    signal.removeEventListener('abort', onAbort);
  }

  async #writeWithRetries(series: Series, signal: AbortSignal): Promise<void> {
    const { clock, logger, random } = this.#options;
    const backoff = new Backoff({ ...retryMs, ...(random === undefined ? {} : { random }) });
    while (!signal.aborted) {
      try {
        await this.#write(series, signal);
        return;
      } catch (error) {
        if (signal.aborted) break;
        const delayMs = backoff.next();
        const hopeless = error instanceof ApiError && error.status < 500 && error.status !== 429;
        if (hopeless || backoff.failures >= tries) {
          logger.warn({ event: series.event.reason, ...fieldsOf(error) }, 'an event cannot be written');
          return;
        }
        await clock.sleep(Math.max(delayMs, error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0), signal);
      }
    }
    // It is still to be sent, by `flush`.
    this.#waiting.add(series);
  }

  async #write(series: Series, signal: AbortSignal): Promise<void> {
    const { api, clock } = this.#options;
    const { count, lastObservedTime } = series;
    const shown = count > 1 ? { series: { count, lastObservedTime } } : {};
    const create = async (): Promise<void> => {
      await api.create(events, { ...series.event, ...shown }, { signal });
    };
    const patch = async (): Promise<void> => {
      await api.mergePatch(events, series.event.metadata, shown, { signal });
    };
    // The event may be gone (they live for an hour), or there, from a try that was carried out and not answered.
    if (series.sentCount > 0) await unless(patch, isNotFound, create);
    else await unless(create, isAlreadyExists, count > 1 ? patch : async () => {});
    series.sentCount = count;
    series.sentAtMs = clock.now().monotonicMs;
  }

  async #refresh(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    while (!signal.aborted) {
      await clock.sleep(finishMs, signal);
      if (signal.aborted) return;
      const nowMs = clock.now().monotonicMs;
      const all = [...this.#series.values()];
      const over = all.filter(({ lastAtMs }) => nowMs - lastAtMs >= finishMs);
      const stale = all.filter(({ sentAtMs }) => nowMs - sentAtMs >= refreshMs);
      for (const { key } of over) this.#series.delete(key);
      this.#enqueue([...new Set([...over, ...stale])].filter(({ count, sentCount }) => count > sentCount));
    }
  }
}

/** Does one thing, or another where the first is refused for the one reason that calls for it. */
async function unless(
  first: () => Promise<void>,
  refused: (error: unknown) => boolean,
  second: () => Promise<void>,
): Promise<void> {
  try {
    await first();
  } catch (error) {
    if (!refused(error)) throw error;
    await second();
  }
}
