import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiClient } from '../../../controller/runtime/api-client.ts';
import { Discovery } from '../../../controller/runtime/discovery.ts';
import { FakeApiServer } from './fake-api-server.ts';
import { VirtualClock } from './virtual-clock.ts';
import { widgets } from './widgets.ts';

let server: FakeApiServer;
let api: ApiClient;
let discovery: Discovery;

beforeEach(async () => {
  server = await FakeApiServer.start();
  api = new ApiClient({ kubeConfig: server.kubeConfig(), clock: new VirtualClock() });
  discovery = new Discovery(api);
});
afterEach(async () => {
  api.close();
  await server.stop();
});

const list = [
  { name: 'widgets/status', kind: 'Widget', namespaced: true },
  { name: 'widgets', kind: 'Widget', namespaced: true },
  { name: 'factories', kind: 'Factory', namespaced: false },
];

describe('discovery', () => {
  it('asks once for a group, and tells objects from their subresources', async () => {
    server.resources.set('/apis/example.dev/v1', list);
    expect(await discovery.resourceOf('example.dev/v1', 'Widget')).toEqual(widgets);
    expect(await discovery.resourceOf('example.dev/v1', 'Factory')).toMatchObject({
      plural: 'factories',
      namespaced: false,
    });
    expect(server.requests).toHaveLength(1);
  });

  it('finds the core group', async () => {
    server.resources.set('/api/v1', [{ name: 'secrets', kind: 'Secret', namespaced: true }]);
    expect(await discovery.resourceOf('v1', 'Secret')).toMatchObject({ apiVersion: 'v1', plural: 'secrets' });
  });

  it('says which kind the server does not know, and finds it once it does', async () => {
    await expect(discovery.resourceOf('example.dev/v1', 'Widget')).rejects.toMatchObject({
      code: 'US3002',
      message: 'the API server knows no kind Widget of example.dev/v1',
    });
    server.resources.set('/apis/example.dev/v1', list);
    expect(await discovery.resourceOf('example.dev/v1', 'Widget')).toEqual(widgets);
  });

  it('does not take an API server in trouble for one that does not know', async () => {
    server.fault({ status: 503 });
    await expect(discovery.resourceOf('example.dev/v1', 'Widget')).rejects.toMatchObject({
      name: 'ApiError',
      status: 503,
    });
  });
});
