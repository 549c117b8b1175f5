import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Site } from '../../src/api/site.ts';
import { EndpointVantage } from '../../src/aws/endpoint-vantage.ts';
import type { LagDatapoint } from '../../src/aws/replication-lag.ts';
import { createResolver } from '../../src/aws/resolver.ts';
import { isBlind } from '../../src/failover/observation.ts';
import { PortError } from '../../src/failover/port-error.ts';
import { type Listener, listen } from '../../src/sandbox/region/listener.ts';
import { ManualClock } from './manual-clock.ts';

const intervalMs = 10_000;
let clock: ManualClock;
let status: Record<Site, number>;
let urls: Record<Site, string | null>;
let listeners: Listener[];
let active: Site;
let lag: LagDatapoint | null;

beforeEach(async () => {
  clock = new ManualClock();
  status = { primary: 200, secondary: 200 };
  active = 'primary';
  lag = null;
  listeners = [];
  const serve = async (site: Site): Promise<string> => {
    const server: Server = createServer((_request, response) => response.writeHead(status[site]).end('body'));
    const listener = await listen(server);
    listeners.push(listener);
    return `http://127.0.0.1:${listener.port}/healthz`;
  };
  urls = { primary: await serve('primary'), secondary: await serve('secondary') };
});
afterEach(async () => {
  for (const listener of listeners) await listener.close();
});

function vantage(timeoutMs = 2_000): EndpointVantage {
  return new EndpointVantage({
    name: 'controller',
    domain: 'operations',
    clock,
    endpoints: {
      async healthUrl(site) {
        const url = urls[site];
        if (url === null) throw new PortError('Refused', 'AccessDenied', 'not allowed');
        return new URL(url);
      },
    },
    lookup: createResolver({ timeoutMs: 1_000 }).lookup,
    timeoutMs,
    maxGapMs: 2.5 * intervalMs,
    active: () => active,
    lag: async () => lag,
  });
}

describe('the endpoint vantage', () => {
  it.each([
    [200, 'healthy'],
    [204, 'healthy'],
    [301, 'unhealthy'],
    [404, 'unhealthy'],
    [503, 'unhealthy'],
  ])('takes %i for %s', async (code, answer) => {
    status.primary = code;
    const { sites } = await vantage().look();
    expect(sites.primary).toMatchObject({ answer, detail: `GET ${urls.primary}: ${code}` });
    expect(sites.secondary.answer).toBe('healthy');
  });

  it('glances at one site and asks nobody else', async () => {
    const one = vantage();
    expect(await one.glance('primary')).toBe(true);
    status.primary = 503;
    expect(await one.glance('primary')).toBe(false);
    expect(await one.glance('secondary')).toBe(true);
    await listeners[0]?.close();
    expect(await one.glance('primary')).toBe(false);
    urls.primary = null;
    expect(await one.glance('primary')).toBe(true);
    expect((await one.look()).sequence).toBe(0);
  });

  it('takes a refused connection for unreachable', async () => {
    await listeners[0]?.close();
    const { sites } = await vantage().look();
    expect(sites.primary).toMatchObject({ answer: 'unreachable', detail: expect.stringContaining('ECONNREFUSED') });
  });

  it('takes a server that accepts and says nothing for unreachable, in time', async () => {
    const silent = await listen(createTcpServer(() => {}));
    listeners.push(silent);
    urls.primary = `http://127.0.0.1:${silent.port}/`;
    const { sites } = await vantage(100).look();
    expect(sites.primary).toMatchObject({
      answer: 'unreachable',
      detail: expect.stringContaining('no answer in time'),
    });
    expect(sites.secondary.answer).toBe('healthy');
  });

  it('does not look at a site whose URL it cannot learn, rather than call it down', async () => {
    urls = { primary: null, secondary: null };
    const observation = await vantage().look();
    expect(observation.sites.primary).toMatchObject({ answer: 'notLooked' });
    expect(isBlind(observation)).toBe(true);
  });

  it('counts its looks, and has a session of its own', async () => {
    const one = vantage();
    const first = await one.look();
    const second = await one.look();
    expect([first.sequence, second.sequence]).toEqual([0, 1]);
    expect(second.session).toBe(first.session);
    expect((await vantage().look()).session).not.toBe(first.session);
  });

  it('adds up the time without success over looks', async () => {
    const one = vantage();
    await one.look();
    status.primary = 500;
    for (const expected of [10_000, 20_000, 30_000]) {
      clock.advance(intervalMs);
      expect((await one.look()).sites.primary.withoutSuccessMs).toBe(expected);
    }
    status.primary = 200;
    expect((await one.look()).sites.primary.withoutSuccessMs).toBe(0);
  });

  it('keeps the lag of the last look that saw the active healthy, and lets it age', async () => {
    const one = vantage();
    lag = { lagSeconds: 0.2, ageMs: 30_000 };
    expect((await one.look()).replication).toEqual({ lagSeconds: 0.2, ageMs: 30_000 });
    status.primary = 503;
    lag = { lagSeconds: 90, ageMs: 0 };
    clock.advance(intervalMs);
    expect((await one.look()).replication).toEqual({ lagSeconds: 0.2, ageMs: 40_000 });
  });

  it('takes the word of the site that is active now', async () => {
    const one = vantage();
    status.primary = 503;
    active = 'secondary';
    lag = { lagSeconds: 3, ageMs: 0 };
    expect((await one.look()).replication).toEqual({ lagSeconds: 3, ageMs: 0 });
  });

  it('says nothing about lag that nobody measured', async () => {
    expect((await vantage().look()).replication).toBeNull();
  });

  it('hears an answer that came in time, however late the process gets to it', async () => {
    // The answers come while nothing here runs: they are sent by another thread.
    const elsewhere = new Worker(
      `const { parentPort } = require('node:worker_threads');
       const server = require('node:http').createServer((request, response) => {
         parentPort.postMessage('asked');
         setTimeout(() => response.end(), 50);
       });
       server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`,
      { eval: true },
    );
    const [port] = await once(elsewhere, 'message');
    urls = { primary: `http://127.0.0.1:${port}/`, secondary: `http://127.0.0.1:${port}/` };
    const timeoutMs = 1_000;
    let asked = 0;
    const bothAsked = new Promise<void>((resolve) => {
      elsewhere.on('message', () => {
        asked += 1;
        if (asked === 2) resolve();
      });
    });
    const look = vantage(timeoutMs).look();
    await bothAsked;
    const untilMs = performance.now() + timeoutMs;
    while (performance.now() < untilMs);
    const { sites } = await look;
    await elsewhere.terminate();
    expect([sites.primary.answer, sites.secondary.answer]).toEqual(['healthy', 'healthy']);
  });
});
