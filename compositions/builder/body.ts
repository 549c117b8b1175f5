import type { placement, Source } from './source.ts';

type Scalar = string | number | boolean | null;

/**
 * A literal of type `T` in which each part may instead be a field of the composite that carries a compatible type. A
 * field that may be absent fits only where the resource's own schema lets the value be absent.
 */
export type Body<T> = Source<'xr', T> | BodyLiteral<T>;

type BodyLiteral<T> = T extends Scalar
  ? T
  : T extends readonly (infer E)[]
    ? readonly Body<E>[]
    : T extends object
      ? BodyObject<T>
      : T;

/** An object's own keys; a field of the composite is not mistaken for an object that happens to have such keys. */
export type BodyObject<T> = {
  readonly [K in keyof T]: Record<never, never> extends Pick<T, K>
    ? BodyLiteral<Exclude<T[K], undefined>> | Source<'xr', T[K] | undefined>
    : Body<T[K]>;
} & { readonly [placement]?: never };
