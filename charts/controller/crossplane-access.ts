import type { ApiObjectProps } from 'cdk8s';
import { groupOf, type ManagedKind } from '../managed-kind.ts';
import { pluralOf } from '../plural.ts';
import { objectLabels } from './installation.ts';

/**
 * Lets Crossplane compose what the composite resources need, and nothing else. Crossplane's RBAC manager grants it all
 * kinds of the installed providers by itself; a cluster that runs without that manager, as many do, needs this.
 *
 * @param kinds that the compositions compose.
 * @see https://docs.crossplane.io/latest/composition/compositions/#grant-access-to-composed-resources
 */
export function crossplaneAccess(kinds: readonly ManagedKind[]): ApiObjectProps {
  const groups = [...new Set(kinds.map(({ apiVersion }) => groupOf(apiVersion)))].sort();
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: {
      name: 'understudy-compose',
      labels: { ...objectLabels, 'rbac.crossplane.io/aggregate-to-crossplane': 'true' },
    },
    rules: groups.map((group) => ({
      apiGroups: [group],
      resources: kinds
        .filter(({ apiVersion }) => groupOf(apiVersion) === group)
        .map(({ kind }) => pluralOf(kind))
        .sort(),
      verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
    })),
  };
}
