import type { Combine, Json, PatchPolicy, Transform } from './function-input.ts';

/** Where a value is read: the composite resource (`xr`), or a composed resource as it was last observed. */
export type Origin = 'xr' | 'observed';

/** A composed resource whose observed state is read; its own patches are where such a read ends up. */
export interface ObservedOwner {
  readonly name: string;
}

export type ValueType = 'string' | 'number' | 'unknown';

/** One patch that is still without a target: what it reads and how it changes it. */
export interface PatchSource {
  readonly from: { readonly path: string } | { readonly combine: Combine };
  readonly transforms: readonly Transform[];
  readonly policy: PatchPolicy;
  /** Set where the value is read from a composed resource. */
  readonly owner?: ObservedOwner;
  /** Set where the value is another resource's name. */
  readonly refersTo?: string;
  /** True where the source cannot be missing from a composite that the API server has admitted. */
  readonly alwaysPresent: boolean;
  /** What the value is, as far as it is known: text can go into a format as `%s`, a number cannot go into one at all. */
  readonly valueType: ValueType;
}

/** What a source becomes where it is placed: a literal in the base, and patches over it in order: the last one wins. */
export interface Placement {
  readonly patches: readonly PatchSource[];
  readonly literal?: Json;
  /** Keys laid over the record that the patches bring (`merged`). */
  readonly over?: object;
}

export const placement: unique symbol = Symbol('placement');
/** Exist in types alone: what a source carries, and what may be done with it. */
declare const carries: unique symbol;
declare const single: unique symbol;
declare const untransformed: unique symbol;

/**
 * A value that is known only when the composition runs. `T` is the type of the value; it includes `undefined` where the
 * schema allows the field to be absent.
 */
export interface Source<O extends Origin, T> {
  readonly [placement]: Placement;
  readonly [carries]: { readonly origin: O; readonly value: T };
}

/** A source that is one patch, so that a policy or a transform has one place to go. */
export interface Single<O extends Origin, T> extends Source<O, T> {
  readonly [single]: true;
}

/** A source that is one field as it stands, which is all that a variable of a Combine patch can be. */
export interface Plain<O extends Origin, T> extends Single<O, T> {
  readonly [untransformed]: true;
}

/** True for any source, be it a field or derived from one. */
export function isSource(value: unknown): value is Source<Origin, unknown> {
  return (typeof value === 'object' || typeof value === 'function') && value !== null && placement in value;
}
