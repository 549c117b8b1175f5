import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UnderstudyError } from '../../src/api/errors.ts';
import type { Clock } from './clock.ts';
import { reasonOf } from './reason-of.ts';
import { startWatchdog } from './watchdog.ts';

/** Returns when all is well, and throws what is not. Names are words in a URL. */
export type Checks = Readonly<Record<string, () => void | Promise<void>>>;

export interface HealthServerOptions {
  readonly clock: Clock;
  /** 0 is any that is free. */
  readonly port: number;
  /** @default all addresses */
  readonly host?: string;
  /** `/healthz`: whether the process works; Kubernetes restarts it otherwise. Absent: no such page. */
  readonly healthz?: Checks;
  /** `/readyz`: whether it can do its work now. Absent: no such page. */
  readonly readyz?: Checks;
  /** `/metrics`, and its content type. Absent: no such page. */
  readonly metrics?: { readonly contentType: string; text(): Promise<string> };
  /** How long a check may take. @default 5_000 */
  readonly checkTimeoutMs?: number;
}

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

interface Page {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/**
 * Serves /healthz, /readyz and /metrics as Kubernetes' own components do: `/readyz?verbose` lists the checks, and
 * `/readyz/NAME` is one of them.
 *
 * @throws UnderstudyError US3007 when it cannot listen there.
 * @see https://kubernetes.io/docs/reference/using-api/health-checks/
 */
export async function startHealthServer(options: HealthServerOptions): Promise<HealthServer> {
  const server = createServer((request, response) => void answer(options, request, response));
  await listen(server, options);
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function listen(server: Server, { port, host }: HealthServerOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(new UnderstudyError('US3007', `port ${port}: ${cause.message}`, { cause }));
    });
    server.listen({ port, host }, resolve);
  });
}

async function answer(options: HealthServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, type, text } = await pageOf(options, request).catch((error: unknown) => ({
    ...plain(500, `${reasonOf(error)}\n`),
  }));
  response.writeHead(status, {
    'content-type': type,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(request.method === 'HEAD' ? undefined : text);
}

async function pageOf(options: HealthServerOptions, request: IncomingMessage): Promise<Page> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'only GET and HEAD\n');
  const url = new URL(request.url ?? '/', 'http://localhost');
  const [, page = '', name] = url.pathname.split('/');
  const verbose = url.searchParams.has('verbose');
  if (page === 'healthz' && options.healthz) return checked(options, page, options.healthz, name, verbose);
  if (page === 'readyz' && options.readyz) return checked(options, page, options.readyz, name, verbose);
  if (page === 'metrics' && options.metrics && name === undefined) {
    return { status: 200, type: options.metrics.contentType, text: await options.metrics.text() };
  }
  return plain(404, 'not found\n');
}

async function checked(
  { clock, checkTimeoutMs = 5_000 }: HealthServerOptions,
  page: string,
  checks: Checks,
  only: string | undefined,
  verbose: boolean,
): Promise<Page> {
  const asked = Object.entries(checks).filter(([name]) => only === undefined || name === only);
  if (only !== undefined && asked.length === 0) return plain(404, 'not found\n');
  const results = await Promise.all(
    asked.map(async ([name, check]) => ({ name, failure: await failureOf(clock, checkTimeoutMs, check) })),
  );
  const failed = results.some(({ failure }) => failure !== undefined);
  if (!failed && !verbose) return plain(200, 'ok');
  const lines = results.map(({ name, failure }) =>
    failure === undefined ? `[+]${name} ok` : `[-]${name} failed: ${failure}`,
  );
  return plain(failed ? 500 : 200, `${[...lines, `${page} check ${failed ? 'failed' : 'passed'}`].join('\n')}\n`);
}

/** Why a check fails; undefined when it does not. */
async function failureOf(clock: Clock, limitMs: number, check: Checks[string]): Promise<string | undefined> {
  let expire = (): void => {};
  const expired = new Promise<string>((resolve) => {
    expire = () => resolve(`no answer for ${limitMs / 1000} s`);
  });
  const watchdog = startWatchdog(clock, limitMs, expire);
  const run = async (): Promise<string | undefined> => {
    try {
      await check();
      return undefined;
    } catch (error) {
      return reasonOf(error);
    }
  };
  try {
    return await Promise.race([run(), expired]);
  } finally {
    watchdog.stop();
  }
}

function plain(status: number, text: string): Page {
  return { status, type: 'text/plain; charset=utf-8', text };
}
