import type { Alternatives, Derived } from './derivation.ts';
import type { Json, ReadinessCheck } from './function-input.ts';
import type { Origin, Plain, Source } from './source.ts';

/** True for an object whose keys are known, which is walked by them; anything else is a value. */
type HasKnownKeys<T> = [T] extends [object]
  ? T extends readonly unknown[]
    ? false
    : string extends keyof T
      ? false
      : true
  : false;

/** `undefined` where the key may be absent. */
type Missing<T, K extends keyof T> = Record<never, never> extends Pick<T, K> ? undefined : never;

/**
 * A schema's type as a tree of fields. `M` is `undefined` once a parent may be absent, so that a field below it may be
 * absent too.
 */
type Fields<O extends Origin, T, M> =
  HasKnownKeys<T> extends true
    ? Plain<O, T | M> & { readonly [K in keyof T]-?: Fields<O, Exclude<T[K], undefined>, M | Missing<T, K>> }
    : Field<O, T, M>;

type Field<O extends Origin, T, M> = [T] extends [readonly (infer E)[]]
  ? ListField<O, E, M>
  : [T] extends [{ readonly [key: string]: infer V }]
    ? RecordField<O, V, M>
    : ValueField<O, T | M>;

/** A field that holds text, a number or a truth value. */
type ValueField<O extends Origin, T> = Plain<O, T> & Derived<O, T> & (O extends 'observed' ? Checks<T> : unknown);

/** A field that holds a list: placed whole, or one element of it. */
interface ListField<O extends Origin, E, M> extends Plain<O, E[] | M> {
  /** The element at a place, which may be absent. */
  at(index: number): Fields<O, E, undefined>;
  or<U>(fallback: Source<O, U>): Alternatives<O, E[] | U>;
  or<const U extends O extends 'xr' ? readonly Json[] : never>(fallback: U): Alternatives<O, E[] | U>;
}

/** A field that holds names and values: placed whole, or the value of one name. */
interface RecordField<O extends Origin, V, M> extends Plain<O, { readonly [key: string]: V } | M> {
  /** The value of a name, which may be absent. */
  key(name: string): Fields<O, V, undefined>;
}

/** Readiness by a field of the observed resource; see `ready` of {@link ResourceOptions}. */
interface Checks<T> {
  /** Ready once the field has a value. */
  exists(): ReadinessCheck;
  /**
   * Ready while the field equals this text or truth value. Not a number: the function sees each number as a float, and
   * its check for integers takes no float.
   */
  is(value: Extract<T, string | boolean>): ReadinessCheck;
}

/** The composite's status: each field can be read like a field of spec, and written from a composed resource. */
type StatusFields<T> =
  HasKnownKeys<T> extends true
    ? Plain<'xr', T | undefined> & { readonly [K in keyof T]-?: StatusFields<Exclude<T[K], undefined>> }
    : [T] extends [{ readonly [key: string]: infer V }]
      ? StatusRecord<V>
      : Field<'xr', T, undefined> & Writable<T>;

/** A record in the status, whose values are written one by one. */
interface StatusRecord<V> extends Plain<'xr', { readonly [key: string]: V } | undefined> {
  /** The value of a name. */
  key(name: string): StatusFields<V>;
}

interface Writable<T> {
  /**
   * Fills the field from the observed state of a composed resource (ToCompositeFieldPath, or CombineToComposite for a
   * `format`). While the source is absent the field is left out.
   */
  from(source: Source<'observed', T | undefined>): void;
}

/** Metadata that every object has. */
interface ObjectMetadata {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly labels?: { readonly [key: string]: string };
  readonly annotations?: { readonly [key: string]: string };
}

/** The composite resource in a capability: its fields where values belong. */
export interface CompositeFields<Spec, Status> {
  readonly metadata: Fields<'xr', ObjectMetadata, never>;
  readonly spec: Fields<'xr', Spec, never>;
  readonly status: StatusFields<Status>;
}

/** What was observed of a composed resource. Nothing of it is there before the resource is. */
export interface ObservedFields<Status> {
  readonly metadata: Fields<'observed', ObjectMetadata, undefined>;
  readonly status: Fields<'observed', Status, undefined>;
}
