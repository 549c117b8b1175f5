import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AwsTarget, awsTargetOf } from './credential-scope.ts';
import { exchange, type HttpAnswer, type HttpCall, readBody } from './http-exchange.ts';
import type { CarryingLink } from './link.ts';

/** The way from a gateway to one region's AWS listener. */
export interface AwsRoute {
  readonly there: CarryingLink;
  readonly back: CarryingLink;
  /** Port on 127.0.0.1, or null while the region is gone. Asked when the request gets there. */
  readonly upstreamPort: () => number | null;
}

/**
 * The `AWS_ENDPOINT_URL` of one place: takes every AWS request made there and carries it to the region that it is for.
 * A region that is gone resets the connection; a blackholed link leaves the caller waiting for its own time-out.
 * A request for a region that the sandbox does not have is answered 421, naming it.
 *
 * @param closing ends requests under way.
 */
export function createAwsGateway(routeTo: (target: AwsTarget) => AwsRoute | null, closing: AbortSignal): Server {
  const server = createServer((request, response) => {
    handle(request, response).catch(() => request.socket.resetAndDestroy());
  });
  // Longer than SDKs keep an idle connection: one that is closed under a request would look like a fault.
  server.keepAliveTimeout = 120_000;

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = request.url ?? '/';
    const target = awsTargetOf(request.headers, url);
    const route = target === null ? null : routeTo(target);
    if (target === null || route === null) {
      refuse(response, target);
      request.resume();
      return;
    }
    const body = await readBody(request);
    // S3 takes both forms of address; the sandbox's regions know the one with the bucket in the path.
    const path = target.bucket === undefined ? url : `/${target.bucket}${url}`;
    const call = { method: request.method ?? 'GET', path, rawHeaders: request.rawHeaders, body };
    const answer = await carry(call, route, response, closing);
    response.writeHead(answer.status, [...answer.rawHeaders]);
    response.end(answer.body);
  };
  return server;
}

/** Rejects when no answer can come; where none comes and nobody says so, never settles before the caller leaves. */
async function carry(
  call: HttpCall,
  route: AwsRoute,
  response: ServerResponse,
  closing: AbortSignal,
): Promise<HttpAnswer> {
  const { there, back } = route;
  const ending = new AbortController();
  const signal = AbortSignal.any([ending.signal, closing]);
  const abortIfReset = (): void => {
    if (there.state === 'reset' || back.state === 'reset') ending.abort();
  };
  const stopWatching = [there.watch(abortIfReset), back.watch(abortIfReset)];
  response.on('close', () => {
    ending.abort();
    for (const stop of stopWatching) stop();
  });

  abortIfReset();
  signal.throwIfAborted();
  const fault = there.takeRequestFault();
  if (fault === 'drop') return untilCallerLeaves(signal);
  await there.cross(signal);
  const answer = await deliver(call, route, signal);
  if (fault === 'duplicate') void deliver(call, route, closing);
  if (fault === 'lose-reply') return untilCallerLeaves(signal);
  await back.cross(signal);
  if (answer === null) throw new Error('nobody serves there');
  return answer;
}

/** Null when nobody serves there, or the region dies before it has answered. */
async function deliver(call: HttpCall, route: AwsRoute, signal: AbortSignal): Promise<HttpAnswer | null> {
  const port = route.upstreamPort();
  return port === null ? null : await exchange(port, call, signal).catch(() => null);
}

function untilCallerLeaves(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function refuse(response: ServerResponse, target: AwsTarget | null): void {
  const reason =
    target === null
      ? 'The request is not signed and its Host is not <bucket>.s3.<region>.amazonaws.com: it names no region.'
      : `The sandbox has no region ${target.region} (asked for ${target.service}).`;
  response.writeHead(421, { 'content-type': 'text/plain' });
  response.end(`${reason}\n`);
}
