import type { ApiObjectProps } from 'cdk8s';

/** An object as the API server gets it: fields without a value are absent. */
export function manifest(object: { readonly apiVersion: string; readonly kind: string }): ApiObjectProps {
  return JSON.parse(JSON.stringify(object)) as ApiObjectProps;
}
