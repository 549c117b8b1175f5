import { Derivation, type Derived } from './derivation.ts';
import { placement, type Source } from './source.ts';

/**
 * Selects resources of the same composite by their labels. Crossplane resolves a selector once and keeps the answer, so
 * a set that may grow needs {@link ref}s by name.
 *
 * @example
 * dbSubnetGroupNameSelector: sameStack({ role: 'database' })
 */
export function sameStack(matchLabels: { readonly [label: string]: string }): {
  readonly matchControllerRef: true;
  readonly matchLabels: { readonly [label: string]: string };
} {
  return { matchControllerRef: true, matchLabels };
}

/**
 * Refers to another resource of the composition by the name it will have, `<composite>-<resource>`. It may be declared
 * later or in another capability; `composition` throws if nobody declares it.
 *
 * @example
 * childHealthChecksRefs: [ref(open), ref('marker-at-witness')]
 */
export function ref(target: string | { readonly name: string }): { readonly name: Derived<'xr', string> } {
  const resource = typeof target === 'string' ? target : target.name;
  const name = composedName(resource);
  const patches = name[placement].patches.map((patch) => ({ ...patch, refersTo: resource }));
  return { name: new Derivation({ patches }) as unknown as Derived<'xr', string> };
}

/** The name of a composed resource: that of the composite and its own. */
export function composedName(resource: string): Source<'xr', string> {
  return new Derivation({
    patches: [
      {
        from: {
          combine: {
            variables: [{ fromFieldPath: 'metadata.name' }],
            strategy: 'string',
            string: { fmt: `%s-${resource}` },
          },
        },
        transforms: [],
        policy: {},
        alwaysPresent: true,
        valueType: 'string',
      },
    ],
  }) as unknown as Source<'xr', string>;
}
