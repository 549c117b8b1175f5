import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';
import type { KubernetesObject } from '../../../controller/runtime/kubernetes-object.ts';
import { ObjectTable, type TableEvent } from './object-table.ts';

/** A request as it came. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

/** What the server does in place of an answer. */
export type Fault =
  | {
      readonly status: number;
      readonly reason?: string;
      readonly headers?: Record<string, string>;
      readonly details?: object;
    }
  /** The connection ends without an answer. */
  | 'reset'
  /** Nothing comes, ever. */
  | 'hang'
  /** The request is carried out, and answered only when `release` is called. */
  | 'slow'
  /** The request is carried out, and then the connection ends without an answer. */
  | 'done-then-reset';

interface OpenWatch {
  readonly collection: string;
  readonly request: SeenRequest;
  readonly response: ServerResponse;
}

const paths =
  /^\/(?:api|apis\/[^/]+)\/[^/]+(?:\/namespaces\/(?<namespace>[^/]+))?\/(?<plural>[^/]+)(?:\/(?<name>[^/]+))?(?:\/(?<subresource>[^/]+))?$/;

/**
 * The Kubernetes API over real HTTP, as much of it as the runtime uses, with faults by order. Objects are plain JSON,
 * without schemas.
 */
export class FakeApiServer {
  readonly requests: SeenRequest[] = [];
  /** What discovery answers, by path. */
  readonly resources = new Map<string, readonly object[]>();
  readonly #server: Server;
  readonly #tables = new Map<string, ObjectTable>();
  readonly #watches = new Set<OpenWatch>();
  readonly #faults: ((request: SeenRequest) => Fault | undefined)[] = [];

  /** How many connections were opened. */
  connections = 0;
  /** How many requests were left hanging. */
  hung = 0;

  readonly #release: (() => void)[] = [];

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<FakeApiServer> {
    const server = createServer();
    const fake = new FakeApiServer(server);
    server.on('connection', () => {
      fake.connections += 1;
    });
    server.on('request', (request, response) => void fake.#answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  kubeConfig(): KubeConfig {
    const config = new KubeConfig();
    const { port } = this.#server.address() as AddressInfo;
    config.loadFromClusterAndUser(
      { name: 'fake', server: `http://127.0.0.1:${port}`, skipTLSVerify: true },
      { name: 'tester', token: 'secret' },
    );
    return config;
  }

  /** The objects of a kind, to look at and to change. */
  table(plural: string): ObjectTable {
    const table = this.#tables.get(plural) ?? new ObjectTable((event) => this.#publish(plural, event));
    this.#tables.set(plural, table);
    return table;
  }

  /** The next `times` requests that match meet the fault. */
  fault(fault: Fault, matches: (request: SeenRequest) => boolean = () => true, times = 1): void {
    let left = times;
    this.#faults.push((request) => {
      if (left === 0 || !matches(request)) return undefined;
      left -= 1;
      return fault;
    });
  }

  seen(method: string, matches: (request: SeenRequest) => boolean = () => true): readonly SeenRequest[] {
    return this.requests.filter((request) => request.method === method && matches(request));
  }

  /** Lets slow answers go. */
  release(): void {
    for (const answer of this.#release.splice(0)) answer();
  }

  get openWatches(): number {
    return this.#watches.size;
  }

  /** Ends all watches: in order, or as a broken connection does. */
  endWatches(how: 'orderly' | 'cut'): void {
    for (const { response } of this.#watches) {
      if (how === 'orderly') response.end();
      else response.destroy();
    }
    this.#watches.clear();
  }

  /** Sends a line to all watches, whatever it is. */
  sendLine(line: string): void {
    for (const { response } of this.#watches) response.write(`${line}\n`);
  }

  /** Of the faults that match, the one that was ordered first. */
  #faultFor(request: SeenRequest): Fault | undefined {
    for (const meets of this.#faults) {
      const fault = meets(request);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  #publish(plural: string, event: TableEvent): void {
    for (const watch of this.#watches) {
      if (watch.collection === plural) sendEvent(watch, event);
    }
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', 'http://fake');
    const request: SeenRequest = {
      method: incoming.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: incoming.headers,
      body: await bodyOf(incoming),
    };
    this.requests.push(request);
    const fault = this.#faultFor(request);
    if (fault === 'hang') {
      this.hung += 1;
      return;
    }
    if (fault === 'slow') {
      const { status, body } = this.#carryOut(request);
      await new Promise<void>((resolve) => this.#release.push(resolve));
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    } else if (fault === 'reset') {
      response.destroy();
    } else if (fault === 'done-then-reset') {
      this.#carryOut(request);
      response.destroy();
    } else if (fault !== undefined) {
      response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers });
      const { status: code, reason, details } = fault;
      response.end(JSON.stringify({ kind: 'Status', message: `fault ${code}`, reason, code, details }));
    } else if (isWatch(request)) {
      this.#openWatch(request, response);
    } else {
      const { status, body } = this.#carryOut(request);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    }
  }

  #carryOut(request: SeenRequest): { status: number; body: unknown } {
    if (/^\/(api|apis\/[^/]+)\/[^/]+$/.test(request.path)) {
      const resources = this.resources.get(request.path);
      return { status: resources === undefined ? 404 : 200, body: { resources } };
    }
    const { namespace, plural = '', name, subresource } = paths.exec(request.path)?.groups ?? {};
    const table = this.table(plural);
    const key = namespace === undefined ? name : `${namespace}/${name}`;
    switch (request.method) {
      case 'GET':
        return key === undefined || name === undefined ? table.list(request.query, namespace) : table.read(key);
      case 'POST':
        return table.create(request.body as KubernetesObject, namespace);
      case 'PUT':
        return table.replace(key ?? '', request.body as KubernetesObject);
      case 'PATCH':
        return table.patch(key ?? '', request.body as object, request.headers['content-type'] ?? '', subresource);
      default:
        return table.delete(key ?? '');
    }
  }

  #openWatch(request: SeenRequest, response: ServerResponse): void {
    const { plural = '' } = paths.exec(request.path)?.groups ?? {};
    const missed = this.table(plural).since(Number(request.query.get('resourceVersion')));
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    const watch: OpenWatch = { collection: plural, request, response };
    if (missed === 'expired') {
      response.end(`${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } })}\n`);
      return;
    }
    this.#watches.add(watch);
    response.on('close', () => this.#watches.delete(watch));
    for (const event of missed) sendEvent(watch, event);
  }
}

function sendEvent({ request, response }: OpenWatch, event: TableEvent): void {
  const { namespace } = paths.exec(request.path)?.groups ?? {};
  const label = request.query.get('labelSelector')?.split('=') ?? [];
  const { metadata } = event.object;
  if (namespace !== undefined && metadata.namespace !== namespace) return;
  if (label[0] !== undefined && metadata.labels?.[label[0]] !== label[1]) return;
  response.write(`${JSON.stringify(event)}\n`);
}

export function isWatch(request: SeenRequest): boolean {
  return request.query.get('watch') === 'true';
}

export function isList(request: SeenRequest): boolean {
  return request.method === 'GET' && !isWatch(request) && paths.exec(request.path)?.groups?.name === undefined;
}

async function bodyOf(incoming: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of incoming.setEncoding('utf8')) text += chunk;
  return text === '' ? undefined : JSON.parse(text);
}
