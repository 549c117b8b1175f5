import { Agent, request } from 'node:http';
import type { Resolve } from './cached-resolver.ts';
import type { TradesConfig } from './client-messages.ts';
import { type Attempt, acknowledged } from './outage-log.ts';
import { pace } from './pace.ts';
import { wallMs } from './wall-clock.ts';

export interface TradesClientOptions extends TradesConfig {
  readonly resolve: Resolve;
  /** Prefix of every trade's id, unique to this client. */
  readonly idPrefix: string;
  readonly report: (attempt: Attempt) => void;
}

/**
 * Sends `POST /trades` through the application's name at a steady rate until `signal` aborts; resolves when the last
 * answer is in. A trade is acknowledged by 201 and its own id in the body, and by nothing else.
 */
export async function runTradesClient(options: TradesClientOptions, signal: AbortSignal): Promise<void> {
  const { perSecond = 100, maxInFlight = 16 } = options;
  const agent = new Agent({ keepAlive: true });
  const inFlight = new Set<Promise<void>>();
  let sent = 0;
  await pace(perSecond, signal, () => {
    if (inFlight.size >= maxInFlight) return;
    sent += 1;
    const id = `${options.idPrefix}-${sent}`;
    const answered = trade(id, agent, options)
      .catch(kindOfError)
      .then((outcome) => options.report({ id, atMs: wallMs(), outcome }))
      .finally(() => inFlight.delete(answered));
    inFlight.add(answered);
  });
  await Promise.all(inFlight);
  agent.destroy();
}

async function trade(id: string, agent: Agent, options: TradesClientOptions): Promise<string> {
  const { hostname, port, timeoutMs = 2_000, resolve } = options;
  const deadline = AbortSignal.timeout(timeoutMs);
  const address = await resolve(hostname);
  const body = JSON.stringify({ id, instrument: 'UST-10Y', side: 'buy', quantity: 1 });
  const answer = await new Promise<{ status: number; body: string }>((settle, fail) => {
    const outgoing = request({
      host: address,
      port,
      method: 'POST',
      path: '/trades',
      headers: { host: hostname, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      agent,
      signal: deadline,
    });
    outgoing.on('error', fail);
    outgoing.on('response', (response) => {
      response.toArray().then((chunks) => settle({ status: response.statusCode ?? 0, body: chunks.join('') }), fail);
    });
    outgoing.end(body);
  });
  if (answer.status !== 201) return `status-${answer.status}`;
  return acknowledgedId(answer.body) === id ? acknowledged : 'wrong-answer';
}

function acknowledgedId(body: string): unknown {
  try {
    return (JSON.parse(body) as { readonly id?: unknown } | null)?.id;
  } catch {
    return undefined;
  }
}

/** The shortest word that tells an error's kind: what was not answered in time is a `timeout`, whatever was aborted. */
function kindOfError(error: unknown): string {
  const { name, code } = error as NodeJS.ErrnoException;
  if (name === 'TimeoutError' || name === 'AbortError' || code === 'ABORT_ERR') return 'timeout';
  return code ?? name ?? 'error';
}
