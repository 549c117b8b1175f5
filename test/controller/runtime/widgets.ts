import type { KubernetesObject } from '../../../controller/runtime/kubernetes-object.ts';
import type { Resource } from '../../../controller/runtime/resource.ts';

/** The kind of object that tests are about. */
export interface Widget extends KubernetesObject {
  readonly spec: { readonly size: number };
}

export const widgets: Resource = {
  apiVersion: 'example.dev/v1',
  kind: 'Widget',
  plural: 'widgets',
  namespaced: true,
};

export function widget(name: string, size = 1, namespace = 'default', labels: Record<string, string> = {}): Widget {
  return { apiVersion: 'example.dev/v1', kind: 'Widget', metadata: { name, namespace, labels }, spec: { size } };
}
