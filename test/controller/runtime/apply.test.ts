import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiClient } from '../../../controller/runtime/api-client.ts';
import { apply } from '../../../controller/runtime/apply.ts';
import { FakeApiServer } from './fake-api-server.ts';
import { VirtualClock } from './virtual-clock.ts';
import { widget, widgets } from './widgets.ts';

let server: FakeApiServer;
let api: ApiClient;

beforeEach(async () => {
  server = await FakeApiServer.start();
  api = new ApiClient({ kubeConfig: server.kubeConfig(), clock: new VirtualClock() });
});
afterEach(async () => {
  api.close();
  await server.stop();
});

const wanted = { metadata: { name: 'a', namespace: 'default' }, spec: { size: 2 } };

describe('server-side apply', () => {
  it('names its manager, is strict, and forces nothing unless told to', async () => {
    await apply(api, widgets, wanted, { fieldManager: 'tester' });
    const [request] = server.requests;
    expect(request).toMatchObject({
      method: 'PATCH',
      path: '/apis/example.dev/v1/namespaces/default/widgets/a',
      body: { ...wanted, apiVersion: 'example.dev/v1', kind: 'Widget' },
    });
    expect(request?.headers['content-type']).toBe('application/apply-patch+yaml');
    expect(Object.fromEntries(request?.query ?? [])).toEqual({
      fieldManager: 'tester',
      force: 'false',
      fieldValidation: 'Strict',
    });
    expect(server.table('widgets').get('default/a')).toMatchObject({ spec: { size: 2 } });
  });

  it('writes the status alone', async () => {
    server.table('widgets').put(widget('a', 1));
    await apply(
      api,
      widgets,
      { ...wanted, status: { ok: true } },
      { fieldManager: 'tester', force: true, subresource: 'status' },
    );
    expect(server.requests[0]?.path).toMatch(/\/widgets\/a\/status$/);
    expect(server.requests[0]?.query.get('force')).toBe('true');
    expect(server.table('widgets').get('default/a')).toMatchObject({ spec: { size: 1 }, status: { ok: true } });
  });

  it('says who owns which fields when there is a conflict', async () => {
    const cause = (manager: string, field: string) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with "${manager}" using example.dev/v1 at 2026-01-01T00:00:00Z`,
      field,
    });
    const causes = [cause('kubectl', '.spec.size'), cause('argocd', '.spec.colour'), cause('kubectl', '.spec.shape')];
    server.fault({ status: 409, reason: 'Conflict', details: { causes } });
    await expect(apply(api, widgets, wanted, { fieldManager: 'tester' })).rejects.toMatchObject({
      code: 'US3004',
      message: 'Widget default/a: kubectl owns .spec.size, .spec.shape; argocd owns .spec.colour',
    });
  });

  it('leaves other refusals as they are', async () => {
    server.fault({ status: 409, reason: 'Conflict' });
    await expect(apply(api, widgets, wanted, { fieldManager: 'tester' })).rejects.toMatchObject({
      name: 'ApiError',
      status: 409,
      reason: 'Conflict',
    });
  });
});
