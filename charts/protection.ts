import type { ApiObjectProps } from 'cdk8s';

/** A Usage without a user: Crossplane's webhook refuses to delete the object for as long as it is there. */
export function keepObject(
  of: { readonly apiVersion: string; readonly kind: string; readonly name: string },
  namespace: string,
): ApiObjectProps {
  return {
    apiVersion: 'protection.crossplane.io/v1beta1',
    kind: 'Usage',
    metadata: { name: `keep-${of.name}`, namespace },
    spec: { of: { apiVersion: of.apiVersion, kind: of.kind, resourceRef: { name: of.name } }, reason },
  };
}

/** Refuses to delete a namespace, which would take the Usages inside it along in no order. */
export function keepNamespace(namespace: string): ApiObjectProps {
  return {
    apiVersion: 'protection.crossplane.io/v1beta1',
    kind: 'ClusterUsage',
    metadata: { name: `keep-namespace-${namespace}` },
    spec: { of: { apiVersion: 'v1', kind: 'Namespace', resourceRef: { name: namespace } }, reason },
  };
}

/** Crossplane marks what is in use with a label, and by itself may not do so to namespaces. */
export function mayMarkNamespaces(): ApiObjectProps {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: {
      name: 'understudy-protect-namespaces',
      labels: { 'rbac.crossplane.io/aggregate-to-crossplane': 'true' },
    },
    rules: [{ apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'list', 'watch', 'update', 'patch'] }],
  };
}

const reason = 'Its file says deletion: Protected. Delete this object first if you mean it.';
