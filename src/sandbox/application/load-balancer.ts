import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type Listener, listen } from '../region/listener.ts';
import {
  CheckedTarget,
  checkTarget,
  type HealthCheckSettings,
  type Target,
  type TargetHealth,
} from './target-health.ts';

export interface LoadBalancerOptions {
  readonly healthCheck: HealthCheckSettings;
  readonly preferredPort?: number;
  /** An instance that does not answer by then gets its client a 504. @default 10000 */
  readonly idleTimeoutMs?: number;
}

/**
 * An Application Load Balancer with one listener and one target group. It takes healthy targets in turn; with none
 * healthy it sends to all of them, as ALB does ("fail open"); with none registered it answers 503.
 *
 * Source: Elastic Load Balancing User Guide, "Health checks for Application Load Balancer target groups".
 */
export class LoadBalancer {
  readonly #options: LoadBalancerOptions;
  readonly #targets = new Map<string, CheckedTarget>();
  #listener: Listener | undefined;
  #turn = 0;

  constructor(options: LoadBalancerOptions) {
    this.#options = options;
  }

  async open(): Promise<void> {
    const server = createServer((incoming, outgoing) => this.#forward(incoming, outgoing));
    this.#listener = await listen(server, this.#options.preferredPort);
  }

  get port(): number {
    return this.#listener?.port ?? 0;
  }

  register(target: Target): void {
    this.#targets.set(target.id, new CheckedTarget(target));
  }

  /** Sends it no new requests; it stays listed as draining until it is removed. */
  drain(id: string): void {
    this.#targets.get(id)?.drain();
  }

  remove(id: string): void {
    this.#targets.delete(id);
  }

  get health(): readonly TargetHealth[] {
    return [...this.#targets.values()].map((each) => each.health);
  }

  /** One round of health checks. */
  async check(): Promise<void> {
    const { healthCheck } = this.#options;
    await Promise.all(
      [...this.#targets.values()].map(async (each) =>
        each.note(await checkTarget(each.target, healthCheck), healthCheck),
      ),
    );
  }

  async close(): Promise<void> {
    await this.#listener?.close();
  }

  #next(): Target | undefined {
    const serving = [...this.#targets.values()].filter(({ state }) => state !== 'draining');
    const healthy = serving.filter(({ state }) => state === 'healthy');
    const candidates = healthy.length > 0 ? healthy : serving;
    this.#turn += 1;
    return candidates[this.#turn % candidates.length]?.target;
  }

  #forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const target = this.#next();
    if (target === undefined) {
      fail(outgoing, 503, 'Service Temporarily Unavailable');
      return;
    }
    const { method, url, headers } = incoming;
    const upstream = request({ host: '127.0.0.1', port: target.port, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    upstream.setTimeout(this.#options.idleTimeoutMs ?? 10_000, () => {
      fail(outgoing, 504, 'Gateway Timeout');
      upstream.destroy();
    });
    upstream.on('error', () => fail(outgoing, 502, 'Bad Gateway'));
    outgoing.on('close', () => upstream.destroy());
    incoming.pipe(upstream);
  }
}

function fail(outgoing: ServerResponse, status: number, text: string): void {
  if (outgoing.headersSent) {
    outgoing.destroy();
    return;
  }
  outgoing.writeHead(status, { 'content-type': 'text/plain' });
  outgoing.end(`${status} ${text}\n`);
}
