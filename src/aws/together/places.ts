/** So many at once; the others wait in their order, no longer than their own limit. */
export class Places {
  readonly #waiting = new Set<() => void>();
  #free: number;

  constructor(places: number) {
    this.#free = places;
  }

  /**
   * Does the work once there is a place.
   *
   * @throws what `limit` was aborted with if that came first: the work was not begun then.
   */
  async within<Result>(limit: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    await this.#enter(limit);
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  async #enter(limit: AbortSignal): Promise<void> {
    limit.throwIfAborted();
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const enter = (): void => {
        limit.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = (): void => {
        this.#waiting.delete(enter);
        reject(limit.reason);
      };
      limit.addEventListener('abort', giveUp, { once: true });
      this.#waiting.add(enter);
    });
  }

  #leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
