import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';

export interface HttpCall {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Ends the exchange, the answer's body included. */
  readonly signal: AbortSignal;
}

/** The files or data behind an identity, as `applyToHTTPSOptions` reads them. */
type Identity = Pick<RequestOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized' | 'servername'>;

/**
 * HTTP to the API server of a kubeconfig's current context, over connections that are kept.
 *
 * The library's own ways either open a connection (with a TLS handshake) for each request, or keep the certificates that
 * they read first for ever. Here connections are kept as long as the certificates are the same. Identity (bearer token,
 * client certificate, exec plugins, token files that are renewed) comes from `KubeConfig`.
 */
export class HttpExchange {
  readonly #kubeConfig: KubeConfig;
  readonly #server: URL;
  #agent: { readonly identity: string; readonly agent: HttpAgent } | undefined;

  /** @throws Error when the kubeconfig has no current cluster. */
  constructor(kubeConfig: KubeConfig) {
    const server = kubeConfig.getCurrentCluster()?.server;
    if (server === undefined) throw new Error('the kubeconfig names no current cluster');
    this.#kubeConfig = kubeConfig;
    this.#server = new URL(server);
  }

  /** `host:port` of the API server. */
  get host(): string {
    return this.#server.host;
  }

  /**
   * Sends, and resolves as the answer's head is there. A read that met a connection which the server had just closed is
   * sent once more.
   */
  async send(call: HttpCall): Promise<IncomingMessage> {
    const options: RequestOptions = { method: call.method, headers: { ...call.headers }, signal: call.signal };
    await this.#kubeConfig.applyToHTTPSOptions(options);
    call.signal.throwIfAborted();
    options.agent = this.#agentFor(options);
    const url = new URL(this.#server.pathname.replace(/\/$/, '') + call.path, this.#server);
    try {
      return await exchange(url, options, call.body);
    } catch (error) {
      if (call.method !== 'GET' || !(error instanceof StaleConnection)) throw error;
      return exchange(url, options, call.body);
    }
  }

  /** Closes the connections that nobody uses. */
  close(): void {
    this.#agent?.agent.destroy();
    this.#agent = undefined;
  }

  #agentFor(options: RequestOptions): HttpAgent {
    // Proxies are the library's affair.
    if (this.#kubeConfig.getCurrentCluster()?.proxyUrl !== undefined && options.agent)
      return options.agent as HttpAgent;
    const { ca, cert, key, rejectUnauthorized, servername } = options;
    const identity: Identity = { ca, cert, key, rejectUnauthorized, servername };
    const name = [ca, cert, key, rejectUnauthorized, servername].map(String).join('\n');
    if (this.#agent?.identity !== name) {
      const secure = this.#server.protocol === 'https:';
      const given = Object.fromEntries(Object.entries(identity).filter(([, value]) => value !== undefined));
      const kept = { keepAlive: true, maxFreeSockets: 16, scheduling: 'lifo' } as const;
      this.#agent = { identity: name, agent: secure ? new HttpsAgent({ ...kept, ...given }) : new HttpAgent(kept) };
    }
    return this.#agent.agent;
  }
}

/** The server closed a kept connection as we wrote to it, before it saw the request. */
class StaleConnection extends Error {}

function exchange(url: URL, options: RequestOptions, body: string | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send(url, options, resolve);
    request.on('error', (error: NodeJS.ErrnoException) => {
      const stale = request.reusedSocket && error.code === 'ECONNRESET';
      reject(stale ? new StaleConnection(error.message, { cause: error }) : error);
    });
    request.end(body);
  });
}
