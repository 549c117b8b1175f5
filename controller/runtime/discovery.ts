import { UnderstudyError } from '../../src/api/errors.ts';
import type { ApiClient } from './api-client.ts';
import { isNotFound } from './api-error.ts';
import { groupVersionPath, type Resource } from './resource.ts';

interface ApiResourceList {
  readonly resources: readonly { readonly name: string; readonly kind: string; readonly namespaced: boolean }[];
}

/**
 * Finds where the API server keeps objects of which only `apiVersion` and `kind` are known, as in a reference. What was
 * found is remembered; what was not is asked for again, since a CRD may come later.
 *
 * @see https://kubernetes.io/docs/concepts/overview/kubernetes-api/#unaggregated-discovery
 */
export class Discovery {
  readonly #api: ApiClient;
  readonly #known = new Map<string, Resource>();

  constructor(api: ApiClient) {
    this.#api = api;
  }

  /**
   * The resource of a kind.
   *
   * @throws UnderstudyError US3002 when the server does not know the kind.
   * @throws ApiError, ApiUnreachable as every request does.
   */
  async resourceOf(apiVersion: string, kind: string, signal?: AbortSignal): Promise<Resource> {
    const name = `${apiVersion} ${kind}`;
    if (!this.#known.has(name)) await this.#discover(apiVersion, signal);
    const found = this.#known.get(name);
    if (found === undefined)
      throw new UnderstudyError('US3002', `the API server knows no kind ${kind} of ${apiVersion}`);
    return found;
  }

  async #discover(apiVersion: string, signal: AbortSignal | undefined): Promise<void> {
    for (const { name, kind, namespaced } of await this.#resourcesOf(apiVersion, signal)) {
      // Subresources are listed as well, as `widgets/status`.
      if (!name.includes('/')) this.#known.set(`${apiVersion} ${kind}`, { apiVersion, kind, plural: name, namespaced });
    }
  }

  async #resourcesOf(apiVersion: string, signal: AbortSignal | undefined): Promise<ApiResourceList['resources']> {
    try {
      const path = groupVersionPath(apiVersion);
      return (await this.#api.request<ApiResourceList>({ method: 'GET', path, signal })).resources;
    } catch (error) {
      if (isNotFound(error)) return [];
      throw error;
    }
  }
}
