import { ApiException, CustomObjectsApi, KubeConfig } from '@kubernetes/client-node';
import { UnderstudyError } from '../../api/errors.ts';
import { apiGroup, apiVersionName } from '../../api/object-meta.ts';

/** An object of a kind of Understudy's. */
export interface ClusterObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec?: object;
  readonly status?: object;
}

/** Reads objects of one namespace. */
export type ReadObject = (plural: string, name: string) => Promise<ClusterObject>;

/**
 * Reads from the cluster that kubectl would ask: KUBECONFIG, or ~/.kube/config, or the cluster that this runs in.
 *
 * @throws UnderstudyError US3002 where there is no such object, US3001 where nobody answers.
 */
export function objectReader(namespace: string): ReadObject {
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromDefault();
  const api = kubeConfig.makeApiClient(CustomObjectsApi);
  return async (plural, name) => {
    try {
      return (await api.getNamespacedCustomObject({
        group: apiGroup,
        version: apiVersionName,
        namespace,
        plural,
        name,
      })) as ClusterObject;
    } catch (error) {
      throw error instanceof Error ? refusal(error, `${plural}/${name} in namespace ${namespace}`) : error;
    }
  };
}

function refusal(error: Error, what: string): UnderstudyError {
  return error instanceof ApiException && error.code === 404
    ? new UnderstudyError('US3002', `there is no ${what}`, { cause: error })
    : new UnderstudyError('US3001', `reading ${what}: ${reason(error)}`, { cause: error });
}

function reason(error: Error): string {
  return error instanceof ApiException ? `HTTP ${error.code}` : error.message;
}
