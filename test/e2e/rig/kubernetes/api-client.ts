import { request as httpsRequest, type RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';

/**
 * Any Kubernetes object, as JSON. The rig talks to the API server in plain JSON: the generated client drops fields that
 * it has no model for, such as the `x-kubernetes-validations` of a CRD, and cannot ask for strict field validation.
 */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly deletionTimestamp?: string;
  readonly finalizers?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly Readonly<Record<string, unknown>>[];
}

/** Which object: what a test knows of it before it reads it. */
export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** The API server's refusal. */
export class ApiError extends Error {
  /** HTTP status. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
  }
}

export interface ApplyOptions {
  /** @default 'understudy-e2e' */
  readonly fieldManager?: string;
  /** Validates, defaults and admits, but stores nothing. */
  readonly dryRun?: boolean;
  /** Takes fields from other managers. @default true */
  readonly force?: boolean;
  readonly subresource?: 'status';
}

interface ApiResource {
  readonly kind: string;
  readonly name: string;
  readonly namespaced: boolean;
}

/** The Kubernetes API as some user sees it; every write is validated strictly, so an unknown field is an error. */
export class ApiClient {
  readonly #kubeConfig: KubeConfig;
  readonly #server: string;
  readonly #resources = new Map<string, readonly ApiResource[]>();

  constructor(kubeConfig: KubeConfig) {
    const server = kubeConfig.getCurrentCluster()?.server;
    if (server === undefined) {
      throw new Error('the kubeconfig names no current cluster');
    }
    this.#kubeConfig = kubeConfig;
    this.#server = server;
  }

  /** Server-side apply. @throws ApiError when the server refuses it. */
  async apply<T extends KubernetesObject>(object: T, options: ApplyOptions = {}): Promise<KubernetesObject> {
    const { fieldManager = 'understudy-e2e', dryRun = false, force = true, subresource } = options;
    const query = new URLSearchParams({ fieldManager, force: String(force), fieldValidation: 'Strict' });
    if (dryRun) {
      query.set('dryRun', 'All');
    }
    const path = await this.pathOf(object, subresource);
    return this.request('PATCH', `${path}?${query}`, 'application/apply-patch+yaml', object);
  }

  /** JSON merge patch (RFC 7386). @throws ApiError when the server refuses it. */
  async mergePatch(reference: ObjectReference, patch: object, subresource?: 'status'): Promise<KubernetesObject> {
    const path = await this.pathOf(reference, subresource);
    return this.request('PATCH', `${path}?fieldValidation=Strict`, 'application/merge-patch+json', patch);
  }

  /** The object, or undefined when there is none. */
  async get(reference: ObjectReference): Promise<KubernetesObject | undefined> {
    try {
      return await this.request<KubernetesObject>('GET', await this.pathOf(reference));
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) {
        return undefined;
      }
      throw error;
    }
  }

  async list(apiVersion: string, kind: string, namespace?: string): Promise<readonly KubernetesObject[]> {
    const { items } = await this.request<{ items: KubernetesObject[] }>(
      'GET',
      await this.collectionPath(apiVersion, kind, namespace),
    );
    // Items of a list carry neither.
    return items.map((item) => ({ ...item, apiVersion, kind }));
  }

  /** Asks for deletion; finalizers and the garbage collector decide when it is gone. No error when it is gone already. */
  async delete(reference: ObjectReference): Promise<void> {
    try {
      await this.request('DELETE', await this.pathOf(reference));
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404)) {
        throw error;
      }
    }
  }

  /** The URL path of an object. @throws ApiError 404 when the server does not know the kind (yet). */
  async pathOf({ apiVersion, kind, metadata }: ObjectReference, subresource?: string): Promise<string> {
    const collection = await this.collectionPath(apiVersion, kind, metadata.namespace);
    return `${collection}/${encodeURIComponent(metadata.name)}${subresource === undefined ? '' : `/${subresource}`}`;
  }

  /** The URL path of a kind: of one namespace, or of all. @throws ApiError 404 when the server does not know the kind. */
  async collectionPath(apiVersion: string, kind: string, namespace?: string): Promise<string> {
    const resource = await this.#resource(apiVersion, kind);
    const place = resource.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
    return `${groupPath(apiVersion)}${place}/${resource.name}`;
  }

  /** One request, in JSON. @throws ApiError for any status but 2xx. */
  async request<T = KubernetesObject>(method: string, path: string, contentType?: string, body?: object): Promise<T> {
    const options: RequestOptions = { method, headers: { accept: 'application/json' } };
    if (contentType !== undefined) {
      options.headers = { ...options.headers, 'content-type': contentType };
    }
    await this.#kubeConfig.applyToHTTPSOptions(options);
    const { status, text } = await send(new URL(this.#server + path), options, body);
    if (status < 200 || status > 299) {
      throw new ApiError(status, refusal(status, text));
    }
    return JSON.parse(text) as T;
  }

  async #resource(apiVersion: string, kind: string): Promise<ApiResource> {
    const known = this.#resources.get(apiVersion)?.find((resource) => resource.kind === kind);
    if (known !== undefined) {
      return known;
    }
    const { resources } = await this.request<{ resources: ApiResource[] }>('GET', groupPath(apiVersion));
    // Subresources are listed too, as `name/status`.
    const kinds = resources.filter((resource) => !resource.name.includes('/'));
    this.#resources.set(apiVersion, kinds);
    const found = kinds.find((resource) => resource.kind === kind);
    if (found === undefined) {
      throw new ApiError(404, `the server has no kind ${kind} in ${apiVersion}`);
    }
    return found;
  }
}

function groupPath(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

function refusal(status: number, text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text;
  } catch {
    return `HTTP ${status}: ${text}`;
  }
}

async function send(
  url: URL,
  options: RequestOptions,
  body: object | undefined,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    request.on('error', reject);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
