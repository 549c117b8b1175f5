import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Attempt } from '../../../src/sandbox/clients/outage-log.ts';
import { runTradesClient } from '../../../src/sandbox/clients/trades-client.ts';
import { eventually } from '../eventually.ts';

let server: Server;
let answer: (id: string, response: ServerResponse, request: IncomingMessage) => void;
let received: string[];
let attempts: Attempt[];

const acknowledge = (id: string, response: ServerResponse) =>
  void response.writeHead(201).end(JSON.stringify({ id, sequence: received.length }));

beforeEach(async () => {
  received = [];
  attempts = [];
  answer = acknowledge;
  server = createServer(async (request, response) => {
    const { id } = JSON.parse((await request.toArray()).join(''));
    received.push(id);
    answer(id, response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function tradeUntil(done: () => boolean, settings: { timeoutMs?: number; maxInFlight?: number } = {}) {
  const stop = new AbortController();
  const running = runTradesClient(
    {
      hostname: 'app.example.com',
      port: (server.address() as AddressInfo).port,
      perSecond: 200,
      timeoutMs: 20_000,
      idPrefix: 'trade',
      resolve: async () => '127.0.0.1',
      report: (attempt) => attempts.push(attempt),
      ...settings,
    },
    stop.signal,
  );
  try {
    await eventually('what the test waits for', done);
  } finally {
    stop.abort();
    await running;
  }
}

describe('the trades client', () => {
  it('acknowledges each trade that was answered, and has none unanswered when it ends', async () => {
    await tradeUntil(() => attempts.length >= 20);
    expect(attempts.map(({ id }) => id).sort()).toEqual(received.sort());
    expect(new Set(received).size).toBe(received.length);
    expect(new Set(attempts.map(({ outcome }) => outcome))).toEqual(new Set(['acknowledged']));
  });

  it.each([
    ['status-503', (_, response) => void response.writeHead(503).end()],
    ['status-200', (id, response) => void response.writeHead(200).end(JSON.stringify({ id }))],
    ['wrong-answer', (_, response) => void response.writeHead(201).end(JSON.stringify({ id: 'another' }))],
    ['wrong-answer', (_, response) => void response.writeHead(201).end('created')],
    ['ECONNRESET', (_, __, request) => void request.socket.destroy()],
    ['timeout', () => {}],
  ] satisfies [string, typeof answer][])('counts %s as no acknowledgement', async (kind, listener) => {
    answer = listener;
    await tradeUntil(() => attempts.length > 0, kind === 'timeout' ? { timeoutMs: 200 } : {});
    expect(new Set(attempts.map(({ outcome }) => outcome))).toEqual(new Set([kind]));
  });

  it('goes on after an outage', async () => {
    answer = (_, response) => void response.writeHead(503).end();
    await tradeUntil(() => {
      if (attempts.length > 5) answer = acknowledge;
      return attempts.some(({ outcome }) => outcome === 'acknowledged');
    });
    expect(attempts[0]?.outcome).toBe('status-503');
  });

  it('never has more unanswered than it may', async () => {
    const waiting: (() => void)[] = [];
    answer = (id, response) => void waiting.push(() => acknowledge(id, response));
    await tradeUntil(
      () => {
        if (received.length < 3) return false;
        for (const release of waiting) release();
        return true;
      },
      { maxInFlight: 3 },
    );
    expect(received).toHaveLength(3);
  });
});
