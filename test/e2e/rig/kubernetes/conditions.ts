import type { KubernetesObject } from './api-client.ts';

/** Whether an object's condition of that type is `True`. */
export function isTrue(object: KubernetesObject | undefined, type: string): boolean {
  return conditionOf(object, type)?.status === 'True';
}

/** A condition as Kubernetes writes it. */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
  /** RFC 3339. */
  readonly lastTransitionTime?: string;
}

export function conditionOf(object: KubernetesObject | undefined, type: string): Condition | undefined {
  const { conditions = [] } = (object?.status ?? {}) as { conditions?: readonly Condition[] };
  return conditions.find((condition) => condition.type === type);
}
