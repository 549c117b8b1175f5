import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type Clients, startClients } from '../../../src/sandbox/clients/start-clients.ts';
import { createSwitchboard, type Switchboard } from '../../../src/sandbox/network/switchboard.ts';
import type { ZoneRecord } from '../../../src/sandbox/route53/record.ts';
import { type Route53, startRoute53 } from '../../../src/sandbox/route53/route53.ts';
import { eventually } from '../eventually.ts';

const hostname = 'app.example.com';

let board: Switchboard;
let route53: Route53;
let clients: Clients;
let applications: { readonly server: Server; readonly served: string[] }[];

beforeEach(async () => {
  applications = [];
  board = await createSwitchboard({ locations: ['us-east-1', 'us-west-2', 'internet'] });
  route53 = await startRoute53({
    locations: board.locations,
    addressOf: board.addressOf,
    httpPort: board.httpPort,
  });
  for (const region of ['us-east-1', 'us-west-2']) await startApplication(region);
  route53.upsert({ records: [recordFor('us-east-1')] });
});

afterEach(async () => {
  await clients.stop();
  await route53.close();
  await board.close();
  for (const { server } of applications) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function startApplication(region: string): Promise<void> {
  const served: string[] = [];
  const server = createServer(async (request, response) => {
    const { id } = JSON.parse((await request.toArray()).join(''));
    served.push(id);
    response.writeHead(201).end(JSON.stringify({ id, sequence: served.length }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  applications.push({ server, served });
  board.setUpstream(`app.${region}`, (server.address() as AddressInfo).port);
  await board.expose({ hostname: `lb.${region}`, region, port: 'http', upstream: `app.${region}` });
}

function recordFor(region: string): ZoneRecord {
  const data = { kind: 'Values', ttlSeconds: 1, values: [`lb.${region}`] } as const;
  return { name: hostname, type: 'CNAME', routing: { policy: 'Simple' }, data };
}

it('measure an outage from the last good answer before it to the first one after it, at the name', async () => {
  clients = startClients({
    dnsServer: route53.dnsServer('internet'),
    // TTL 1 s is kept for 20 ms.
    speed: 50,
    trades: { hostname, port: board.httpPort, perSecond: 100, timeoutMs: 10_000 },
  });
  const failures: string[] = [];
  clients.onAttempt((client, { outcome }) => {
    if (outcome !== 'acknowledged') failures.push(`${client} ${outcome}`);
  });
  const acknowledged = () => clients.trades.acknowledged;
  await eventually('trades', () => acknowledged().length >= 20, 20_000);
  expect(failures).toEqual([]);

  const faultAtMs = performance.timeOrigin + performance.now();
  board.setUpstream('app.us-east-1', null);
  board.partition('internet', 'us-east-1', 'reset');
  await eventually('an outage that lasts', () => {
    const { lastGoodBeforeMs, firstGoodAfterMs } = clients.trades.outage(faultAtMs);
    return lastGoodBeforeMs !== null && firstGoodAfterMs === null && failures.length > 0;
  });
  route53.upsert({ records: [recordFor('us-west-2')] });
  const before = acknowledged().length;
  await eventually('trades in the other region', () => acknowledged().length >= before + 20);
  await clients.stop();

  const { durationMs, firstGoodAfterMs } = clients.trades.outage(faultAtMs);
  expect(durationMs).toBeGreaterThan(0);
  expect(firstGoodAfterMs).toBeGreaterThan(faultAtMs);
  expect(Object.keys(clients.trades.errors)).toEqual(['ECONNRESET']);
  const served = new Set(applications.flatMap((application) => application.served));
  expect(acknowledged().filter(({ id }) => !served.has(id))).toEqual([]);
  expect(applications.every((application) => application.served.length > 0)).toBe(true);
});
