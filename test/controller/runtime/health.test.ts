import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type HealthServer, type HealthServerOptions, startHealthServer } from '../../../controller/runtime/health.ts';
import { RuntimeMetrics } from '../../../controller/runtime/metrics.ts';
import { until } from './until.ts';
import { VirtualClock } from './virtual-clock.ts';

let servers: HealthServer[];
let clock: VirtualClock;

beforeEach(() => {
  servers = [];
  clock = new VirtualClock();
});
afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()));
});

async function start(
  options: Partial<HealthServerOptions>,
): Promise<(path: string, init?: RequestInit) => Promise<Response>> {
  const server = await startHealthServer({ clock, port: 0, host: '127.0.0.1', ...options });
  servers.push(server);
  return async (path, init) => fetch(`http://127.0.0.1:${server.port}${path}`, init);
}

const well = (): void => {};
const unwell = async (): Promise<void> => Promise.reject(new Error('plans are not listed: HTTP 503'));

describe('the health pages', () => {
  it('say ok, and list the checks when asked to', async () => {
    const get = await start({ readyz: { plans: well, lease: well } });
    const brief = await get('/readyz');
    expect([brief.status, await brief.text()]).toEqual([200, 'ok']);
    const verbose = await get('/readyz?verbose');
    expect([verbose.status, await verbose.text()]).toEqual([200, '[+]plans ok\n[+]lease ok\nreadyz check passed\n']);
  });

  it('say which check fails, and why', async () => {
    const get = await start({ healthz: {}, readyz: { plans: unwell, lease: well } });
    const answer = await get('/readyz');
    expect([answer.status, await answer.text()]).toEqual([
      500,
      '[-]plans failed: plans are not listed: HTTP 503\n[+]lease ok\nreadyz check failed\n',
    ]);
    expect((await get('/healthz')).status).toBe(200);
  });

  it('have a page for each check', async () => {
    const get = await start({ readyz: { plans: unwell, lease: well } });
    expect((await get('/readyz/lease')).status).toBe(200);
    expect((await get('/readyz/plans')).status).toBe(500);
    expect((await get('/readyz/none')).status).toBe(404);
  });

  it('do not wait for ever for a check', async () => {
    const get = await start({ readyz: { plans: async () => new Promise<void>(() => {}) } });
    const answer = get('/readyz');
    await until('the check runs', () => clock.sleeping().length === 1);
    await clock.advance(5_000);
    expect(await (await answer).text()).toContain('[-]plans failed: no answer for 5 s');
  });

  it('have metrics, where that is wanted', async () => {
    const metrics = new RuntimeMetrics();
    metrics.leading('controller', true);
    const text = async () => metrics.text();
    const get = await start({ metrics: { contentType: metrics.registry.contentType, text } });
    const answer = await get('/metrics');
    expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    expect(await answer.text()).toContain('leader_election_master_status{name="controller"} 1');
    expect((await get('/readyz')).status).toBe(404);
  });

  it('say what went wrong with the metrics', async () => {
    const text = async () => Promise.reject(new Error('no numbers today'));
    const get = await start({ metrics: { contentType: 'text/plain', text } });
    const answer = await get('/metrics');
    expect([answer.status, await answer.text()]).toEqual([500, 'no numbers today\n']);
  });

  it('take nothing but GET and HEAD', async () => {
    const get = await start({ healthz: {} });
    expect((await get('/healthz', { method: 'POST' })).status).toBe(405);
    expect((await get('/healthz', { method: 'HEAD' })).status).toBe(200);
  });

  it('say so when the port is taken', async () => {
    await start({ healthz: {} });
    const port = servers[0]?.port ?? 0;
    await expect(start({ port })).rejects.toMatchObject({ code: 'US3007' });
  });
});
