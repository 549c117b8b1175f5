import type { KubernetesObject } from '../kubernetes/api-client.ts';
import { groupOf, type Kind } from './kinds-in-use.ts';

/** A CRD of a managed resource that accepts any spec and status, where the provider's own cannot be had. */
export function permissiveCrd({ apiVersion, kind }: Kind): KubernetesObject {
  const group = groupOf(apiVersion);
  const plural = pluralOf(kind.toLowerCase());
  const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase(), categories: ['managed'] },
      // `.m.` is how Crossplane 2 providers tell their namespaced kinds from the older cluster-scoped ones.
      scope: group.includes('.m.') && kind !== 'ClusterProviderConfig' ? 'Namespaced' : 'Cluster',
      versions: [
        {
          name: apiVersion.split('/')[1],
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: { openAPIV3Schema: { type: 'object', properties: { spec: anything, status: anything } } },
        },
      ],
    },
  };
}

/** English as the provider's generator knows it. */
function pluralOf(word: string): string {
  if (/[^aeiou]y$/.test(word)) {
    return `${word.slice(0, -1)}ies`;
  }
  // Options, controls, insights: plural as they are, unlike an alias, a bus or an address.
  if (/[^aisu]s$/.test(word)) {
    return word;
  }
  return /(s|x|ch|sh)$/.test(word) ? `${word}es` : `${word}s`;
}
