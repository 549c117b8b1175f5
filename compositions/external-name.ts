import type { Source } from './builder/source.ts';

/**
 * The annotation that names a resource in AWS, for kinds whose spec has no field for it. A resource that is there under
 * this name is adopted.
 *
 * Source: "Naming external resources", Crossplane documentation.
 */
export function externalName<T extends string | Source<'xr', string | undefined>>(
  name: T,
): { readonly 'crossplane.io/external-name': T } {
  return { 'crossplane.io/external-name': name };
}
