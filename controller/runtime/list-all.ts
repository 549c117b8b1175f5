import type { ApiClient, Query } from './api-client.ts';
import { isExpired } from './api-error.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import type { Resource } from './resource.ts';

/** All objects that were asked for, as they were at one moment. */
export interface Listing<T> {
  readonly items: readonly T[];
  /** The moment, for a watch to begin at. */
  readonly resourceVersion: string;
}

interface Page<T> {
  readonly metadata: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items?: readonly T[] | null;
}

export interface ListOptions {
  /** Selectors. */
  readonly query?: Query;
  /** @default 500 */
  readonly pageSize?: number;
  readonly signal?: AbortSignal;
}

/**
 * Lists in pages. When the server has forgotten the moment of the first page before the last was read, it lists again in
 * one piece, which cannot expire.
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
 */
export async function listAll<T extends KubernetesObject>(
  api: ApiClient,
  resource: Resource,
  path: string,
  options: ListOptions = {},
): Promise<Listing<T>> {
  try {
    return await listInPages<T>(api, resource, path, options, options.pageSize ?? 500);
  } catch (error) {
    if (!isExpired(error)) throw error;
    return listInPages<T>(api, resource, path, options, undefined);
  }
}

async function listInPages<T extends KubernetesObject>(
  api: ApiClient,
  { apiVersion, kind }: Resource,
  path: string,
  { query = {}, signal }: ListOptions,
  limit: number | undefined,
): Promise<Listing<T>> {
  const items: T[] = [];
  for (let token: string | undefined; ; ) {
    const page: Page<T> = await api.request<Page<T>>({
      method: 'GET',
      path,
      query: { ...query, limit, continue: token },
      signal,
    });
    // Items of a list carry neither.
    for (const item of page.items ?? []) items.push({ ...item, apiVersion, kind });
    token = page.metadata.continue;
    if (token === undefined || token === '') return { items, resourceVersion: page.metadata.resourceVersion ?? '' };
  }
}
