import { request as httpRequest, type IncomingMessage } from 'node:http';

/** One HTTP request or response as a whole: the sandbox's AWS messages are small. */
interface HttpMessage {
  /** Name, value, name, value, … as received; the signature of a request depends on them. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

export interface HttpCall extends HttpMessage {
  readonly method: string;
  readonly path: string;
}

export interface HttpAnswer extends HttpMessage {
  readonly status: number;
}

// Of one connection, not of the message: RFC 9110, section 7.6.1.
const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding', 'expect', 'te', 'upgrade', 'trailer']);

export async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Sends one request to a port on 127.0.0.1. Rejects with the socket's error when nobody serves there. */
export async function exchange(port: number, call: HttpCall, signal: AbortSignal): Promise<HttpAnswer> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = [...withoutHopByHop(call.rawHeaders, 'content-length'), 'Content-Length', `${call.body.length}`];
    // A connection of its own for each: a kept one would outlive the region that served it.
    const outgoing = httpRequest({
      host: '127.0.0.1',
      port,
      method: call.method,
      path: call.path,
      headers,
      agent: false,
      signal,
      setHost: false,
    });
    outgoing.on('response', resolve);
    outgoing.on('error', reject);
    outgoing.end(call.body);
  });
  const body = await readBody(response);
  return { status: response.statusCode ?? 502, rawHeaders: withoutHopByHop(response.rawHeaders), body };
}

function withoutHopByHop(rawHeaders: readonly string[], ...also: string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const lower = name.toLowerCase();
    if (!hopByHop.has(lower) && !also.includes(lower)) kept.push(name, rawHeaders[index + 1] ?? '');
  }
  return kept;
}
