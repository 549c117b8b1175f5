import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiClient } from '../../../controller/runtime/api-client.ts';
import { FakeApiServer } from './fake-api-server.ts';
import { until } from './until.ts';
import { VirtualClock } from './virtual-clock.ts';
import { widget, widgets } from './widgets.ts';

let server: FakeApiServer;
let clock: VirtualClock;
let api: ApiClient;
let counted: string[];

beforeEach(async () => {
  server = await FakeApiServer.start();
  clock = new VirtualClock();
  counted = [];
  api = new ApiClient({
    kubeConfig: server.kubeConfig(),
    clock,
    onRequest: ({ method, host, code }) => counted.push(`${method} ${host.split(':')[0]} ${code}`),
  });
});
afterEach(async () => {
  api.close();
  await server.stop();
});

const a = { name: 'a', namespace: 'default' };

describe('the API client', () => {
  it('creates, reads, replaces, patches and deletes', async () => {
    const created = await api.create(widgets, widget('a', 1));
    expect(created.metadata.resourceVersion).toBeDefined();
    const replaced = await api.replace(widgets, { ...created, spec: { size: 2 } });
    expect(replaced.spec.size).toBe(2);
    await api.mergePatch(widgets, a, { spec: { size: 3 } });
    expect(await api.get(widgets, a)).toMatchObject({ spec: { size: 3 } });
    await api.delete(widgets, a);
    await expect(api.get(widgets, a)).rejects.toMatchObject({ name: 'ApiError', status: 404, reason: 'NotFound' });
    expect(counted).toEqual(
      ['POST', 'PUT', 'PATCH', 'GET', 'DELETE']
        .map((method) => `${method} 127.0.0.1 ${method === 'POST' ? 201 : 200}`)
        .concat('GET 127.0.0.1 404'),
    );
  });

  it('does not replace what somebody else has changed', async () => {
    const created = await api.create(widgets, widget('a', 1));
    server.table('widgets').put(widget('a', 5));
    await expect(api.replace(widgets, created)).rejects.toMatchObject({ status: 409, reason: 'Conflict' });
  });

  it('keeps its connection', async () => {
    for (let size = 0; size < 5; size += 1) await api.create(widgets, widget(`w${size}`, size));
    expect(server.connections).toBe(1);
  });

  it('ends a request that takes too long', async () => {
    server.fault('hang');
    const answer = api.get(widgets, a, { timeoutMs: 3_000 });
    const refused = expect(answer).rejects.toMatchObject({
      name: 'ApiUnreachable',
      message: 'GET /apis/example.dev/v1/namespaces/default/widgets/a: no answer for 3 s',
    });
    await until('it has come', () => server.requests.length === 1);
    await clock.advance(3_000);
    await refused;
    expect(counted).toEqual(['GET 127.0.0.1 <error>']);
    expect(clock.sleeping()).toEqual([]);
  });

  it('ends a request that is no longer wanted', async () => {
    server.fault('hang');
    const stop = new AbortController();
    const answer = api.get(widgets, a, { signal: stop.signal });
    const refused = expect(answer).rejects.toMatchObject({ name: 'ApiUnreachable' });
    await until('it has come', () => server.requests.length === 1);
    stop.abort();
    await refused;
    expect(clock.sleeping()).toEqual([]);
    await expect(api.get(widgets, a, { signal: stop.signal })).rejects.toMatchObject({ name: 'ApiUnreachable' });
    expect(server.requests).toHaveLength(1);
  });

  it('says that no answer came when the connection is reset, and does not write twice', async () => {
    await api.create(widgets, widget('a'));
    server.fault('done-then-reset');
    await expect(api.mergePatch(widgets, a, { spec: { size: 9 } })).rejects.toMatchObject({ name: 'ApiUnreachable' });
    expect(server.seen('PATCH')).toHaveLength(1);
  });

  it('tells how long the server wants to be left alone', async () => {
    server.fault({ status: 429, headers: { 'retry-after': '4' } });
    await expect(api.get(widgets, a)).rejects.toMatchObject({ status: 429, retryAfterMs: 4_000 });
    server.fault({ status: 503, details: { retryAfterSeconds: 2 } });
    await expect(api.get(widgets, a)).rejects.toMatchObject({ status: 503, retryAfterMs: 2_000 });
  });

  it('reports an API server that is gone', async () => {
    const config = server.kubeConfig();
    await server.stop();
    const lonely = new ApiClient({ kubeConfig: config, clock });
    await expect(lonely.get(widgets, a)).rejects.toMatchObject({
      name: 'ApiUnreachable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    server = await FakeApiServer.start();
  });
});
