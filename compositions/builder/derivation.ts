import type { ConvertTarget, Json, Transform } from './function-input.ts';
import {
  isSource,
  type Origin,
  type PatchSource,
  type Placement,
  placement,
  type Single,
  type Source,
  type ValueType,
} from './source.ts';

/** `undefined` where the value may be absent, so that a derived value may be absent too. */
export type Absent<T> = Extract<T, undefined>;
type Present<T> = Exclude<T, undefined>;

/** One value for each value that the schema allows: the real function fails the whole composition on any other key. */
type Pairs<T> = string extends Present<T> ? never : { readonly [K in Extract<T, string>]: NonNullable<Json> };

interface ConvertedFrom<T> {
  readonly string: Present<T> extends boolean ? 'true' | 'false' : string;
  readonly int64: number;
  readonly float64: number;
  readonly bool: boolean;
}

/** A literal has a place in a composed resource's base; in the composite's status there is none. */
type LiteralFor<O extends Origin> = O extends 'xr' ? Json : never;

/** One value, and another where it is absent. It is two patches or more, so it takes no transform: put those inside. */
export interface Alternatives<O extends Origin, T> extends Source<O, T> {
  or<U>(fallback: Source<O, U>): Alternatives<O, Present<T> | U>;
  or<const U extends LiteralFor<O>>(fallback: U): Alternatives<O, Present<T> | U>;
}

/**
 * A value with what can be done to it. Each step is one transform of function-patch-and-transform, in order.
 *
 * @example
 * xr.spec.failover.capacity.desired.or(xr.spec.instances.count) // the first where present
 * xr.spec.role.map({ Active: 'PRIMARY', Standby: 'SECONDARY' }) // every value of the enum, or it does not compile
 * xr.spec.instances.port.convert('string')
 */
export interface Derived<O extends Origin, T> extends Single<O, T> {
  /** This value where it is present, else the fallback: two patches in order, and the later wins. */
  or<U>(fallback: Source<O, U>): Alternatives<O, Present<T> | U>;
  or<const U extends LiteralFor<O>>(fallback: U): Alternatives<O, Present<T> | U>;
  /** Looks the value up. Only for an enum: of an open string some value would be missing from the table. */
  map<const P extends Pairs<T>>(pairs: P): Derived<O, P[keyof P] | Absent<T>>;
  /** Changes the type. Text that does not parse stops the whole composition, with the function's message. */
  convert<C extends ConvertTarget>(to: C): Derived<O, ConvertedFrom<T>[C] | Absent<T>>;
  /** Multiplies by a whole number: minutes to seconds, say. */
  times(this: Source<O, number | undefined>, factor: number): Derived<O, number | Absent<T>>;
  toUpperCase(this: Source<O, string | undefined>): Derived<O, string | Absent<T>>;
  toLowerCase(this: Source<O, string | undefined>): Derived<O, string | Absent<T>>;
  /** Cuts the text off the start, where it starts so. */
  trimPrefix(this: Source<O, string | undefined>, prefix: string): Derived<O, string | Absent<T>>;
  /** Cuts the text off the end, where it ends so: the dot of a DNS name, say. */
  trimSuffix(this: Source<O, string | undefined>, suffix: string): Derived<O, string | Absent<T>>;
}

/** The methods of {@link Derived} as they run: each returns a placement with one transform more. */
export class Derivation {
  readonly [placement]: Placement;

  constructor(placed: Placement) {
    this[placement] = placed;
  }

  or(fallback: unknown): Derivation {
    const other: Placement = isSource(fallback) ? fallback[placement] : { patches: [], literal: fallback as Json };
    const preferred = this[placement].patches.map(optional);
    return new Derivation({ ...other, patches: [...other.patches, ...preferred] });
  }

  map(map: { readonly [key: string]: Json }): Derivation {
    if (Object.keys(map).length === 0) {
      throw new Error('map needs at least one pair');
    }
    return this.#then({ type: 'map', map });
  }

  convert(toType: ConvertTarget): Derivation {
    return this.#then({ type: 'convert', convert: { toType } });
  }

  times(multiply: number): Derivation {
    if (!Number.isSafeInteger(multiply)) {
      throw new Error(`times takes a whole number, not ${multiply}`);
    }
    return this.#then({ type: 'math', math: { type: 'Multiply', multiply } });
  }

  toUpperCase(): Derivation {
    return this.#then({ type: 'string', string: { type: 'Convert', convert: 'ToUpper' } });
  }

  toLowerCase(): Derivation {
    return this.#then({ type: 'string', string: { type: 'Convert', convert: 'ToLower' } });
  }

  trimPrefix(trim: string): Derivation {
    return this.#then({ type: 'string', string: { type: 'TrimPrefix', trim } });
  }

  trimSuffix(trim: string): Derivation {
    return this.#then({ type: 'string', string: { type: 'TrimSuffix', trim } });
  }

  /** Placed in a plain template literal it would become `[object Object]`. */
  toString(): never {
    throw new Error('a field has no value before the composition runs: use format`…` where text is built from it');
  }

  #then(transform: Transform): Derivation {
    const [patch, ...rest] = this[placement].patches;
    if (patch === undefined || rest.length > 0 || this[placement].literal !== undefined) {
      throw new Error('a transform goes before .or(), on each of the alternatives');
    }
    return new Derivation({
      patches: [{ ...patch, transforms: [...patch.transforms, transform], valueType: typeAfter(transform) }],
    });
  }
}

function typeAfter(transform: Transform): ValueType {
  switch (transform.type) {
    case 'map':
      return Object.values(transform.map).every((value) => typeof value === 'string') ? 'string' : 'unknown';
    case 'convert':
      return transform.convert.toType === 'string' ? 'string' : 'unknown';
    case 'string':
      return 'string';
    case 'match':
      return 'unknown';
    case 'math':
      return 'number';
  }
}

function optional(patch: PatchSource): PatchSource {
  const { fromFieldPath: _, ...policy } = patch.policy;
  return { ...patch, policy, alwaysPresent: false };
}
