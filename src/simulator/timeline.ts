/**
 * Virtual time: one queue of moments, one thread. Between two moments every promise that can settle does so; the same
 * inputs therefore always give the same run, and ten minutes pass in milliseconds.
 */
export class Timeline {
  #nowMs = 0;
  #scheduled = 0;
  #momentsAtOnce = 0;
  /** A moment has begun, and not everything that it caused has happened yet. */
  #isUnderway = false;
  /** A binary heap by time, then by order of scheduling. */
  readonly #heap: Moment[] = [];
  readonly #onMoment: () => void;

  /** @param onMoment called after each moment, when everything that it caused has happened. */
  constructor(onMoment: () => void = () => undefined) {
    this.#onMoment = onMoment;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Runs `action` in `delayMs`; the answer cancels it. */
  schedule(delayMs: number, action: () => void): () => void {
    const moment = this.#push(delayMs, action, false);
    return () => {
      moment.action = null;
    };
  }

  /** As {@link schedule}, for what changes the world and wakes nobody: no process has to be heard out after it. */
  scheduleSilently(delayMs: number, action: () => void): void {
    this.#push(delayMs, action, true);
  }

  delay(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#push(ms, resolve, false);
    });
  }

  /**
   * Lets time pass until `done` holds, at most up to `untilMs`.
   *
   * @returns whether `done` came to hold.
   */
  runUntil(done: () => boolean, untilMs: number): Promise<boolean> {
    return new Promise((resolve, reject) => {
      // Not an async function: it would be left and entered again at each moment, at the price of the moment itself.
      const goOn = (): void => {
        try {
          if (this.#passSilently(done, untilMs)) resolve(done());
          else whenSettled(goOn);
        } catch (error) {
          reject(error);
        }
      };
      whenSettled(goOn);
    });
  }

  /** @returns whether there is nothing to wait for any more; otherwise what has just woken up must be heard out. */
  #passSilently(done: () => boolean, untilMs: number): boolean {
    if (this.#isUnderway) this.#endMoment();
    while (!done()) {
      const next = this.#heap[0];
      if (next === undefined || next.atMs > untilMs) {
        this.#nowMs = Math.max(this.#nowMs, untilMs);
        return true;
      }
      this.#pop();
      const { action } = next;
      if (action === null) continue;
      this.#moveTo(next.atMs);
      action();
      this.#isUnderway = true;
      if (!next.silent) return false;
      this.#endMoment();
    }
    return true;
  }

  #endMoment(): void {
    this.#isUnderway = false;
    this.#onMoment();
  }

  /** @throws Error if time does not pass any more, however much happens: a loop that waits for nothing at all. */
  #moveTo(atMs: number): void {
    this.#momentsAtOnce = atMs > this.#nowMs ? 0 : this.#momentsAtOnce + 1;
    if (this.#momentsAtOnce > mostMomentsAtOnce) throw new Error(`time stands still at ${this.#nowMs} ms`);
    this.#nowMs = atMs;
  }

  async runTo(untilMs: number): Promise<void> {
    await this.runUntil(() => false, untilMs);
  }

  #push(delayMs: number, action: () => void, silent: boolean): Moment {
    this.#scheduled += 1;
    const moment = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#scheduled, action, silent };
    const heap = this.#heap;
    let index = heap.length;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || !isBefore(moment, parent)) break;
      heap[index] = parent;
      index = above;
    }
    heap[index] = moment;
    return moment;
  }

  /** Takes the first moment off the heap. */
  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      const left = heap[2 * index + 1];
      const right = heap[2 * index + 2];
      const below = right !== undefined && left !== undefined && isBefore(right, left) ? right : left;
      if (below === undefined || !isBefore(below, last)) break;
      heap[index] = below;
      index = 2 * index + (below === right ? 2 : 1);
    }
    heap[index] = last;
  }
}

/** Far more than any number of actors has to do in the same instant. */
const mostMomentsAtOnce = 100_000;

interface Moment {
  readonly atMs: number;
  readonly order: number;
  /** `null`: it was cancelled. */
  action: (() => void) | null;
  readonly silent: boolean;
}

function isBefore(one: Moment, other: Moment): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);
}

/**
 * Every promise that can settle has settled once the queue of microtasks is empty, which is when Node runs the next
 * tick. A round of the event loop would say the same at three times the price. What goes on does so as a microtask: Node
 * empties their queue only behind all ticks, those that a tick adds too.
 */
function whenSettled(goOn: () => void): void {
  process.nextTick(() => void settled.then(goOn));
}

const settled = Promise.resolve();
