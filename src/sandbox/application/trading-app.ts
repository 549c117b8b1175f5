import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Listener, listen } from '../region/listener.ts';
import { type DatabaseAccess, type Trade, TradeStore } from './trades.ts';

export interface TradingAppOptions {
  readonly region: string;
  readonly instanceId: string;
  /** Where its database is now. */
  readonly database: () => DatabaseAccess | undefined;
  readonly preferredPort?: number;
}

/**
 * One instance of the application: the only thing in the sandbox that stands for the user's own code.
 *
 * `GET /healthz` is 200 only if its database answers. `POST /trades` takes `{ id, at? }` and answers, after the commit,
 * 201 with `{ id, sequence, region, instance }`, or 503 if the trade may not have been written. `GET /` says who
 * answers.
 */
export async function startTradingApp(options: TradingAppOptions): Promise<Listener> {
  const store = new TradeStore(options.database);
  // Readiness has a connection of its own: waiting behind a burst of trades, a busy instance would look like a dead one.
  const readiness = new TradeStore(options.database, 1);
  const server = createServer((request, response) => {
    answer(options, { store, readiness }, request).then(
      ({ status, body }) => respond(response, status, body),
      (error: unknown) => respond(response, 503, { error: error instanceof Error ? error.message : String(error) }),
    );
  });
  const listener = await listen(server, options.preferredPort);
  return {
    port: listener.port,
    close: async () => {
      await listener.close();
      await Promise.all([store.close(), readiness.close()]);
    },
  };
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

async function answer(
  options: TradingAppOptions,
  { store, readiness }: { readonly store: TradeStore; readonly readiness: TradeStore },
  request: IncomingMessage,
): Promise<Answer> {
  const { region, instanceId: instance } = options;
  switch (`${request.method} ${request.url}`) {
    case 'GET /':
      return { status: 200, body: { region, instance } };
    case 'GET /healthz':
      await readiness.ping();
      return { status: 200, body: { region, instance } };
    case 'POST /trades': {
      const trade = readTrade(await readBody(request));
      if (trade === undefined) return { status: 400, body: { error: 'a trade is {"id": "…", "at": "<ISO 8601>"}' } };
      const sequence = await store.add(trade);
      return { status: 201, body: { id: trade.id, sequence, region, instance } };
    }
    default:
      return { status: 404, body: { error: 'there are GET /, GET /healthz and POST /trades' } };
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function readTrade(text: string): Trade | undefined {
  try {
    const { id, at } = JSON.parse(text) as Partial<Record<keyof Trade, unknown>>;
    if (typeof id !== 'string' || id === '') return undefined;
    if (at === undefined) return { id };
    return typeof at === 'string' && !Number.isNaN(Date.parse(at)) ? { id, at } : undefined;
  } catch {
    return undefined;
  }
}

function respond(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
