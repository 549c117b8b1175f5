import type { BodyObject } from './body.ts';
import { Derivation, type Derived } from './derivation.ts';
import { type Placement, placement, type Single, type Source } from './source.ts';

/**
 * Holds a composed resource back until the field exists, although the schema lets it be absent. The function looks only
 * before the resource is created: once it is there and the field goes away, the value goes away with it.
 *
 * Source: RunFunction in fn.go of https://github.com/crossplane-contrib/function-patch-and-transform.
 *
 * @example
 * resource('record', route53.Record, { forProvider: { alias: [{ name: required(xr.spec.failover.loadBalancer.dnsName) }] } })
 */
export function required<T>(source: Single<'xr', T>): Derived<'xr', Exclude<T, undefined>> {
  const patches = source[placement].patches.map((patch) => ({
    ...patch,
    policy: { ...patch.policy, fromFieldPath: 'Required' as const },
    alwaysPresent: true,
  }));
  return new Derivation({ patches }) as unknown as Derived<'xr', Exclude<T, undefined>>;
}

/**
 * A record of the composite with keys of one's own over it: where both have a key, one's own stays.
 *
 * @throws Error for an own value that is a literal `''`, 0 or false: the function takes those for absent and would let
 * the record's value through.
 * @example
 * tags: merged(xr.spec.tags, { ManagedBy: 'understudy', Name: format`${xr.spec.app}-vpc` })
 */
export function merged<V>(
  under: Source<'xr', { readonly [key: string]: V } | undefined>,
  over: BodyObject<{ readonly [key: string]: V }>,
): Source<'xr', { readonly [key: string]: V }> {
  const empty = Object.entries(over).find(([, value]) => !value);
  if (empty !== undefined) {
    throw new Error(`merged: ${empty[0]} is empty, which the function would overwrite`);
  }
  const patches = under[placement].patches.map((patch) => ({
    ...patch,
    policy: { ...patch.policy, toFieldPath: 'MergeObjects' as const },
  }));
  const placed: Placement = { patches, over };
  return new Derivation(placed) as unknown as Source<'xr', { readonly [key: string]: V }>;
}
