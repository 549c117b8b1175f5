import { request } from 'node:http';

export interface HttpProbe {
  readonly address: string;
  readonly port: number;
  /** Sent as Host. */
  readonly hostname: string;
  readonly path: string;
  readonly searchString?: string;
  /** For the TCP connection. */
  readonly connectTimeoutMs: number;
  /** For the status after the connection, and again for the body after the status. */
  readonly responseTimeoutMs: number;
  /** Ends the probe early, as a failure. */
  readonly signal?: AbortSignal;
}

/** `failure` reads like the reason that Route 53's console shows. */
export type ProbeResult = { readonly success: true } | { readonly success: false; readonly failure: string };

const searchedBytes = 5120;

/**
 * Asks an endpoint once, as one of Route 53's checkers does: a status from 200 to 399 in time and, with a search string,
 * that string whole within the first 5,120 bytes of the body. Never rejects.
 *
 * Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
 */
export function probeByHttp(probe: HttpProbe): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const outgoing = request({
      host: probe.address,
      port: probe.port,
      path: probe.path,
      agent: false,
      ...(probe.signal === undefined ? {} : { signal: probe.signal }),
      headers: { host: probe.hostname, 'user-agent': 'Amazon-Route53-Health-Check-Service' },
    });
    let timer: NodeJS.Timeout;
    const settle = (result: ProbeResult): void => {
      clearTimeout(timer);
      outgoing.destroy();
      resolve(result);
    };
    const fail = (failure: string): void => settle({ success: false, failure });
    const allow = (ms: number, failure: string): void => {
      clearTimeout(timer);
      // What has arrived meanwhile is read first: a process that stood still must not take its own delay for silence.
      timer = setTimeout(() => setImmediate(() => fail(failure)), ms);
    };
    allow(probe.connectTimeoutMs, 'connection timed out');
    outgoing.on('socket', (socket) => {
      socket.once('connect', () => allow(probe.responseTimeoutMs, 'response timed out'));
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => fail(`connection failed: ${error.code ?? error.message}`));
    outgoing.on('response', (response) => {
      const status = response.statusCode ?? 0;
      if (status < 200 || status >= 400) return fail(`status ${status}`);
      if (probe.searchString === undefined) return settle({ success: true });
      allow(probe.responseTimeoutMs, 'body timed out');
      searchBody(response, probe.searchString).then(
        (found) => (found ? settle({ success: true }) : fail('search string not found')),
        () => fail('connection failed while reading the body'),
      );
    });
    outgoing.end();
  });
}

async function searchBody(body: AsyncIterable<Buffer>, searchString: string): Promise<boolean> {
  const wanted = Buffer.from(searchString);
  let head = Buffer.alloc(0);
  for await (const chunk of body) {
    head = Buffer.concat([head, chunk]).subarray(0, searchedBytes);
    if (head.includes(wanted)) return true;
    if (head.length === searchedBytes) return false;
  }
  return head.includes(wanted);
}
