import { PriorityList } from '../runtime/priority-list.ts';

/** Gives a place back. Doing it twice is doing it once. */
export type Leave = () => void;

/**
 * So many at once, and the others in the order of their priority: what keeps ten thousand plans from asking AWS for
 * everything in the same second, and makes the important ones the first.
 */
export class Turnstile {
  readonly #waiting = new PriorityList();
  readonly #wake = new Map<string, () => void>();
  #free: number;
  #visitors = 0;

  /** @param places how many may be inside at once. */
  constructor(places: number) {
    this.#free = places;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Waits for a place. @returns null if `signal` aborted before there was one. */
  async enter(priority: number, signal: AbortSignal): Promise<Leave | null> {
    if (signal.aborted) return null;
    if (this.#free > 0) {
      this.#free -= 1;
      return this.#leave();
    }
    this.#visitors += 1;
    const key = `${this.#visitors}`;
    const entered = await new Promise<boolean>((resolve) => {
      const give = (): void => {
        signal.removeEventListener('abort', giveUp);
        resolve(true);
      };
      const giveUp = (): void => {
        this.#wake.delete(key);
        resolve(false);
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#wake.set(key, give);
      this.#waiting.put(key, priority);
    });
    return entered ? this.#leave() : null;
  }

  #leave(): Leave {
    let inside = true;
    return () => {
      if (inside) this.#next();
      inside = false;
    };
  }

  /** The place goes to the next who still waits. */
  #next(): void {
    for (let next = this.#waiting.take(); next !== undefined; next = this.#waiting.take()) {
      const wake = this.#wake.get(next.key);
      this.#wake.delete(next.key);
      if (wake !== undefined) {
        wake();
        return;
      }
    }
    this.#free += 1;
  }
}
