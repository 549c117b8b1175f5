import type { ApiObjectProps } from 'cdk8s';
import { controllerNamespace, controllerServiceAccount } from '../cluster-names.ts';
import { policyRule } from './access-rule.ts';
import { clusterAccess, ownNamespaceAccess } from './cluster-access.ts';
import { controllerName, type Installation, objectLabels, ownMetadata } from './installation.ts';

const rbac = 'rbac.authorization.k8s.io';
const subjects = [{ kind: 'ServiceAccount', namespace: controllerNamespace, name: controllerServiceAccount }];

/** The controller's rights in all namespaces and in its own. Those in an application's come with the application. */
export function accessObjects(installation: Installation): ApiObjectProps[] {
  const clusterWide = { name: controllerName, labels: objectLabels };
  const leases = ownMetadata(installation, '-leader-election');
  return [
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRole',
      metadata: clusterWide,
      rules: clusterAccess.map(policyRule),
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: clusterWide,
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: clusterWide.name },
      subjects,
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'Role',
      metadata: leases,
      rules: ownNamespaceAccess(installation.leaseName).map(policyRule),
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata: leases,
      roleRef: { apiGroup: rbac, kind: 'Role', name: leases.name },
      subjects,
    },
  ];
}
