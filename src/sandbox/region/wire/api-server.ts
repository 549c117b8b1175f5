import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { AwsError, accessDenied, internalFailure } from './aws-error.ts';
import type { CallLog } from './call-log.ts';
import { callerOf } from './caller.ts';
import type { Fault, Faults } from './faults.ts';
import type { Identified, Service, WireRequest, WireResponse } from './service.ts';

export interface ApiServerOptions {
  readonly region: string;
  readonly services: readonly Service[];
  /** Signing name of the service that gets unsigned requests. */
  readonly anonymousService: string;
  readonly faults: Faults;
  readonly callLog: CallLog;
}

/**
 * One HTTP server for every AWS service of the region. A request goes to the service that its SigV4 credential scope
 * names, as under one `AWS_ENDPOINT_URL`.
 */
export function createApiServer(options: ApiServerOptions): Server {
  const services = new Map(options.services.map((each) => [each.signingName, each]));
  const server = createServer((message, reply) => {
    answer(options, services, message, reply).catch((error: unknown) => {
      if (!reply.headersSent) reply.writeHead(500, { 'content-type': 'text/plain' });
      reply.end(String(error));
    });
  });
  // Connections of clients that do not close theirs must not keep the region from stopping.
  server.keepAliveTimeout = 5_000;
  return server;
}

async function answer(
  options: ApiServerOptions,
  services: ReadonlyMap<string, Service>,
  message: IncomingMessage,
  reply: ServerResponse,
): Promise<void> {
  const atMs = Date.now();
  const started = performance.now();
  const caller = callerOf(message.headers);
  const signingName = caller.signingName ?? options.anonymousService;
  const service = services.get(signingName);
  const request = await readRequest(message, caller.signingName !== undefined);
  if (service === undefined) {
    const body = JSON.stringify({ __type: 'NotImplemented', message: `The sandbox does not emulate ${signingName}.` });
    send(reply, { status: 501, headers: { 'content-type': 'application/json' }, body });
    return;
  }

  let identified: Identified = { operation: 'Unknown', parameters: {} };
  let fault: Fault | undefined;
  let result = 'OK';
  let response: WireResponse;
  try {
    identified = await service.identify(request);
    fault = options.faults.take(signingName, identified.operation);
    if (fault?.kind === 'LostRequest') throw new AwsError('LostRequest', 'The request was lost.', 500);
    if (fault?.kind === 'Throttle') throw service.throttled;
    if (fault?.kind === 'InternalError') throw internalFailure('An injected failure.');
    if (fault?.kind === 'AccessDenied') throw accessDenied(signingName, identified.operation, caller.name);
    if (fault?.kind === 'Delay') await delay(fault.delayMs ?? 1_000);
    response = await service.perform(request, identified);
    if (response.status >= 400) result = errorCodeOf(response);
  } catch (error) {
    const awsError = error instanceof AwsError ? error : internalFailure(describe(error));
    result = awsError.code;
    response = service.renderError(awsError, request);
  }

  options.callLog.add({
    atMs,
    durationMs: Math.round(performance.now() - started),
    region: options.region,
    service: signingName,
    operation: identified.operation,
    caller: caller.name,
    principal: caller.principal,
    parameters: identified.parameters,
    result,
    ...(fault === undefined ? {} : { fault: fault.kind }),
  });
  if (fault?.kind === 'LostRequest' || fault?.kind === 'LostReply') message.socket.destroy();
  else send(reply, response);
}

async function readRequest(message: IncomingMessage, signed: boolean): Promise<WireRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return {
    method: message.method ?? 'GET',
    url: new URL(message.url ?? '/', 'http://region.invalid'),
    headers: message.headers,
    body: Buffer.concat(chunks),
    signed,
    requestId: randomUUID(),
  };
}

function send(reply: ServerResponse, response: WireResponse): void {
  const length = Buffer.byteLength(response.body);
  // A HEAD answer carries the length of the body that it leaves out.
  reply.writeHead(response.status, { 'content-length': String(length), ...response.headers });
  reply.end(response.body);
}

/** The code of an error that a service rendered itself (DynamoDB's `__type`). */
function errorCodeOf(response: WireResponse): string {
  const type = /"__type"\s*:\s*"(?:[^"#]*#)?([^"]+)"/.exec(response.body.toString())?.[1];
  return type ?? `HTTP ${response.status}`;
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
