/** A kind of object, and where the API server keeps it. */
export interface Resource {
  /** Such as `v1` or `apps/v1`. */
  readonly apiVersion: string;
  readonly kind: string;
  /** The name in URLs, such as `deployments`. */
  readonly plural: string;
  readonly namespaced: boolean;
}

/** Which object of a kind. */
export interface ObjectName {
  readonly name: string;
  readonly namespace?: string;
}

/** The URL path of a group in one version, such as `/apis/apps/v1`. */
export function groupVersionPath(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/** The URL path of all objects of a kind, or of those of one namespace. */
export function collectionPath(resource: Resource, namespace?: string): string {
  const place = resource.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${groupVersionPath(resource.apiVersion)}${place}/${resource.plural}`;
}

/** The URL path of one object, or of a subresource of it such as `status`. */
export function objectPath(resource: Resource, { name, namespace }: ObjectName, subresource?: string): string {
  const path = `${collectionPath(resource, namespace)}/${encodeURIComponent(name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}
