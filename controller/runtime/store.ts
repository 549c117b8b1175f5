import { type KubernetesObject, keyOf } from './kubernetes-object.ts';

/** The values under which an object is to be found, by the name of the index. */
export type Indexers<T> = Readonly<Record<string, (object: T) => readonly string[]>>;

/** What changed in a store. */
export type StoreChange<T> =
  | { readonly type: 'added'; readonly object: T }
  | { readonly type: 'updated'; readonly object: T; readonly before: T }
  | { readonly type: 'deleted'; readonly object: T };

/**
 * The objects of a kind by key, and by indexes. Objects are frozen to the last leaf, since everyone who reads them shares
 * them: a reconciler that wants a changed one makes a copy.
 */
export class Store<T extends KubernetesObject> {
  readonly #objects = new Map<string, T>();
  readonly #indexers: Indexers<T>;
  /** Index, value, keys. */
  readonly #indexes = new Map<string, Map<string, Set<string>>>();

  constructor(indexers: Indexers<T> = {}) {
    this.#indexers = indexers;
    for (const index of Object.keys(indexers)) this.#indexes.set(index, new Map());
  }

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  list(): readonly T[] {
    return [...this.#objects.values()];
  }

  /** The objects that the index has under a value. @throws Error when there is no such index. */
  byIndex(index: string, value: string): readonly T[] {
    const keys = this.#indexes.get(index);
    if (keys === undefined) throw new Error(`there is no index ${index}`);
    return [...(keys.get(value) ?? [])].flatMap((key) => this.#objects.get(key) ?? []);
  }

  /** Puts an object in the place of an earlier one of its name. The changes are those that a reader sees. */
  put(object: T): readonly StoreChange<T>[] {
    const key = keyOf(object);
    const before = this.#objects.get(key);
    if (before !== undefined && isSameVersion(before, object)) return [];
    // Deleted and created again while nobody looked: another object, that only shares the name.
    if (before !== undefined && before.metadata.uid !== object.metadata.uid) {
      return [...this.remove(before), ...this.put(object)];
    }
    if (before !== undefined) this.#unindex(key, before);
    this.#objects.set(key, deepFreeze(object));
    this.#index(key, object);
    return [before === undefined ? { type: 'added', object } : { type: 'updated', object, before }];
  }

  /** Removes the object of that name; what is reported is its last state. */
  remove(object: T): readonly StoreChange<T>[] {
    const key = keyOf(object);
    const before = this.#objects.get(key);
    if (before === undefined) return [];
    this.#unindex(key, before);
    this.#objects.delete(key);
    return [{ type: 'deleted', object: deepFreeze(object) }];
  }

  /** Makes the store hold these objects and no others. */
  replace(objects: readonly T[]): readonly StoreChange<T>[] {
    const kept = new Set(objects.map(keyOf));
    const gone = this.list().filter((object) => !kept.has(keyOf(object)));
    return [...gone.flatMap((object) => this.remove(object)), ...objects.flatMap((object) => this.put(object))];
  }

  #index(key: string, object: T): void {
    for (const [index, value] of this.#valuesOf(object)) {
      const keys = index.get(value);
      if (keys === undefined) index.set(value, new Set([key]));
      else keys.add(key);
    }
  }

  #unindex(key: string, object: T): void {
    for (const [index, value] of this.#valuesOf(object)) {
      const keys = index.get(value);
      keys?.delete(key);
      if (keys?.size === 0) index.delete(value);
    }
  }

  #valuesOf(object: T): readonly (readonly [Map<string, Set<string>>, string])[] {
    return [...this.#indexes].flatMap(([name, index]) =>
      (this.#indexers[name]?.(object) ?? []).map((value) => [index, value] as const),
    );
  }
}

function isSameVersion(one: KubernetesObject, other: KubernetesObject): boolean {
  const { uid, resourceVersion } = one.metadata;
  return (
    resourceVersion !== undefined && resourceVersion === other.metadata.resourceVersion && uid === other.metadata.uid
  );
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}
