import type { KubernetesObject } from '../../rig/kubernetes/api-client.ts';

/** What a managed resource asks for: `spec.forProvider`, of which each kind knows its own fields. */
export function forProvider<Fields extends object>(managed: KubernetesObject): Partial<Fields> {
  const { forProvider: fields = {} } = (managed.spec ?? {}) as { readonly forProvider?: Partial<Fields> };
  return fields;
}

/** A name in `…Ref` fields; the provider looks there for the id of what it names. */
export interface Reference {
  readonly name: string;
}

/** The last one says that the resource that is referred to is not there yet, as the provider's own message does. */
export function unresolved(field: string, { name }: Reference): Error {
  return new Error(
    `cannot resolve references: ${field}: referenced field was empty (referenced resource may not yet be ready): ${name}`,
  );
}
