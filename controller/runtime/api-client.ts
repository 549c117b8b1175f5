import type { IncomingMessage } from 'node:http';
import type { KubeConfig } from '@kubernetes/client-node';
import { isSuccess, linesOf, refusalOf, textOf } from './answer.ts';
import { ApiError } from './api-error.ts';
import { CallLimit } from './call-limit.ts';
import type { Clock } from './clock.ts';
import { HttpExchange } from './http-exchange.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { collectionPath, type ObjectName, objectPath, type Resource } from './resource.ts';

/** Told of each request, once its answer's head is there or has failed to come. Must not throw. */
export type OnRequest = (request: {
  readonly method: string;
  readonly host: string;
  /** HTTP status, or `<error>` when there was none. */
  readonly code: string;
}) => void;

export interface ApiClientOptions {
  readonly kubeConfig: KubeConfig;
  readonly clock: Clock;
  /** How long one request may take, its answer included; a caller may give less or more. @default 30_000 */
  readonly timeoutMs?: number;
  /** @default 'understudy' */
  readonly userAgent?: string;
  readonly onRequest?: OnRequest;
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface CallOptions {
  readonly query?: Query;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface RequestOptions extends CallOptions {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: object;
  /** @default 'application/json' */
  readonly contentType?: string;
}

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: unknown;
}

/**
 * The Kubernetes API in plain JSON: fields that no model knows survive. It does not retry; who calls knows whether and
 * when that is right. Every method throws `ApiError` when the server refuses, and `ApiUnreachable` when no whole answer
 * came in time.
 */
export class ApiClient {
  readonly #exchange: HttpExchange;
  readonly #options: ApiClientOptions;

  constructor(options: ApiClientOptions) {
    this.#options = options;
    this.#exchange = new HttpExchange(options.kubeConfig);
  }

  async get<T extends KubernetesObject>(resource: Resource, name: ObjectName, options: CallOptions = {}): Promise<T> {
    return this.request<T>({ ...options, method: 'GET', path: objectPath(resource, name) });
  }

  async create<T extends KubernetesObject>(resource: Resource, object: T, options: CallOptions = {}): Promise<T> {
    const path = collectionPath(resource, object.metadata.namespace);
    return this.request<T>({ ...options, method: 'POST', path, body: object });
  }

  /** Replaces the object if it still has the `resourceVersion` that is given. */
  async replace<T extends KubernetesObject>(resource: Resource, object: T, options: CallOptions = {}): Promise<T> {
    return this.request<T>({ ...options, method: 'PUT', path: objectPath(resource, object.metadata), body: object });
  }

  /** A JSON merge patch (RFC 7386). */
  async mergePatch<T extends KubernetesObject>(
    resource: Resource,
    name: ObjectName,
    patch: object,
    options: CallOptions & { readonly subresource?: string } = {},
  ): Promise<T> {
    const path = objectPath(resource, name, options.subresource);
    return this.request<T>({ ...options, method: 'PATCH', path, body: patch, contentType: mergePatchType });
  }

  /** Asks for deletion; finalizers decide when it is gone. */
  async delete(resource: Resource, name: ObjectName, options: CallOptions = {}): Promise<void> {
    await this.request({ ...options, method: 'DELETE', path: objectPath(resource, name) });
  }

  /** One request and its answer, both JSON. */
  async request<T>(options: RequestOptions): Promise<T> {
    const { timeoutMs = this.#options.timeoutMs ?? 30_000 } = options;
    const limit = new CallLimit(options.signal, this.#options.clock, timeoutMs);
    try {
      const answer = await this.#send(options, limit.signal);
      const text = await textOf(answer);
      if (!isSuccess(answer)) throw refusalOf(answer, text);
      return JSON.parse(text) as T;
    } catch (error) {
      throw error instanceof ApiError ? error : limit.explain(error, `${options.method} ${options.path}`);
    } finally {
      limit.end();
    }
  }

  /**
   * Opens a watch. What comes back are its events until the server ends it, to be read at once; leaving the loop closes
   * the connection.
   *
   * @param idleMs how long the server may be silent before the watch is given up as hung.
   */
  async watch(path: string, query: Query, idleMs: number, signal: AbortSignal): Promise<AsyncIterable<WatchEvent>> {
    const limit = new CallLimit(signal, this.#options.clock, idleMs);
    try {
      const answer = await this.#send({ method: 'GET', path, query: { ...query, watch: true } }, limit.signal);
      if (!isSuccess(answer)) throw refusalOf(answer, await textOf(answer));
      return eventsOf(answer, limit, path);
    } catch (error) {
      limit.end();
      throw error instanceof ApiError ? error : limit.explain(error, `watch of ${path}`);
    }
  }

  /** Closes idle connections; the client can still be used. */
  close(): void {
    this.#exchange.close();
  }

  async #send(options: RequestOptions, signal: AbortSignal): Promise<IncomingMessage> {
    const { method, body, contentType = 'application/json' } = options;
    const headers: Record<string, string> = {
      accept: 'application/json',
      'user-agent': this.#options.userAgent ?? 'understudy',
    };
    const text = body === undefined ? undefined : JSON.stringify(body);
    if (text !== undefined) {
      headers['content-type'] = contentType;
      headers['content-length'] = String(Buffer.byteLength(text));
    }
    const path = options.path + queryOf(options.query ?? {});
    let code = '<error>';
    try {
      const answer = await this.#exchange.send({
        method,
        path,
        headers,
        signal,
        ...(text === undefined ? {} : { body: text }),
      });
      code = String(answer.statusCode);
      return answer;
    } finally {
      this.#options.onRequest?.({ method, host: this.#exchange.host, code });
    }
  }
}

const mergePatchType = 'application/merge-patch+json';

function queryOf(query: Query): string {
  const given: [string, string][] = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}

async function* eventsOf(answer: IncomingMessage, limit: CallLimit, path: string): AsyncGenerator<WatchEvent> {
  try {
    for await (const line of linesOf(answer, () => limit.touch())) yield JSON.parse(line) as WatchEvent;
  } catch (error) {
    throw limit.explain(error, `watch of ${path}`);
  } finally {
    limit.end();
  }
}
