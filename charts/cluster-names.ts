/** Names in the operations cluster that manifests, the controller's deployment and the documentation agree on. */

/** Where Crossplane is installed, by its Helm chart's default. */
export const crossplaneNamespace = 'crossplane-system';

/** Who may write `spec.failover`: the controller, by its ServiceAccount. */
export const controllerNamespace = 'understudy-system';
export const controllerServiceAccount = 'understudy-controller';

/** A group whose members may write `spec.failover` by hand, when the controller is not to be had. Nobody is in it. */
export const breakGlassGroup = 'understudy:break-glass';

/** `system:serviceaccount:<namespace>:<name>`: how Kubernetes calls a ServiceAccount that makes a request. */
export function serviceAccountUser(namespace: string, name: string): string {
  return `system:serviceaccount:${namespace}:${name}`;
}
