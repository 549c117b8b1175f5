/** What was taken out of a list. */
export interface Prioritized {
  readonly key: string;
  /** Higher goes first. */
  readonly priority: number;
}

/**
 * Keys in the order in which they are due: higher priorities first, first come first served within one. A key is in it
 * once. Every operation is cheap while there are few distinct priorities.
 */
export class PriorityList {
  readonly #priorities = new Map<string, number>();
  /** A Set keeps the order of arrival. */
  readonly #buckets = new Map<number, Set<string>>();

  get size(): number {
    return this.#priorities.size;
  }

  has(key: string): boolean {
    return this.#priorities.has(key);
  }

  /** Adds the key, or raises its priority; nothing lowers it. */
  put(key: string, priority: number): void {
    const before = this.#priorities.get(key);
    if (before !== undefined) {
      if (before >= priority) return;
      this.#leave(key, before);
    }
    this.#priorities.set(key, priority);
    const bucket = this.#buckets.get(priority);
    if (bucket === undefined) this.#buckets.set(priority, new Set([key]));
    else bucket.add(key);
  }

  /** Removes and returns the key that is due next; undefined when there is none. */
  take(): Prioritized | undefined {
    if (this.size === 0) return undefined;
    const priority = Math.max(...this.#buckets.keys());
    for (const key of this.#buckets.get(priority) ?? []) {
      this.#leave(key, priority);
      this.#priorities.delete(key);
      return { key, priority };
    }
    return undefined;
  }

  clear(): void {
    this.#priorities.clear();
    this.#buckets.clear();
  }

  /** How many keys there are of each priority. */
  sizes(): ReadonlyMap<number, number> {
    return new Map([...this.#buckets].map(([priority, keys]) => [priority, keys.size]));
  }

  #leave(key: string, priority: number): void {
    const bucket = this.#buckets.get(priority);
    bucket?.delete(key);
    if (bucket?.size === 0) this.#buckets.delete(priority);
  }
}
