import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { stackObject } from '../../../compositions/regional-stack/stack-object.ts';
import { kubernetesEffects } from '../../../controller/desired-state/kubernetes-effects.ts';
import { ManagedResources } from '../../../controller/desired-state/managed-resources.ts';
import { RolesWriter } from '../../../controller/desired-state/roles-writer.ts';
import type { SettledChecks } from '../../../controller/desired-state/switch-slots.ts';
import { databaseInstances, type ManagedObject, type StackObject } from '../../../controller/kinds.ts';
import type { PlanView } from '../../../controller/plan-runner/plan-view.ts';
import type { FiledPlan } from '../../../controller/plan-runner/running-plan.ts';
import { ApiClient } from '../../../controller/runtime/api-client.ts';
import { failoverPlanOf } from '../../../src/api/failover-plan-of.ts';
import { multiRegionAppSchema } from '../../../src/api/multi-region-app.ts';
import type { Site } from '../../../src/api/site.ts';
import { systemClock } from '../../../src/aws/system-clock.ts';
import { firstJournal, type Journal } from '../../../src/failover/journal.ts';
import { planOf } from '../../../src/failover/plan.ts';
import { PortError } from '../../../src/failover/port-error.ts';
import type { EffectHandlers } from '../../../src/failover/ports.ts';
import { simulatedPlan } from '../../../src/simulator/plan.ts';
import { begunJournal, operationIn, withPhases } from '../../failover/operations.ts';
import { FakeApiServer } from '../runtime/fake-api-server.ts';
import { LogLines } from '../runtime/log-lines.ts';

const app = multiRegionAppSchema.parse({
  apiVersion: 'understudy.dev/v1alpha1',
  kind: 'MultiRegionApp',
  metadata: { name: 'trading', namespace: 'trading' },
  spec: { accountId: '111122223333', domain: { name: 'trading.example.com', existingZoneId: 'Z0123456789ABC' } },
});
const resource = failoverPlanOf(app);
const plan = planOf(resource);
const filed: FiledPlan = { key: 'trading/trading', plan, spec: resource.spec, hash: 'abc' };
const writerArn = 'arn:aws:rds:us-east-1:111122223333:db:trading-db-dev-a1';
const calm = firstJournal('trading', 'Automatic', false);

let server: FakeApiServer;
let api: ApiClient;
let journal: Journal;
let password: string | null;
let checks: SettledChecks;
let writer: RolesWriter;
let effects: EffectHandlers;

beforeEach(async () => {
  server = await FakeApiServer.start();
  api = new ApiClient({ kubeConfig: server.kubeConfig(), clock: systemClock });
  journal = calm;
  password = null;
  const managed = new ManagedResources(api);
  checks = { terms: [1], traffic: true };
  const settled = async () => checks;
  writer = new RolesWriter({ api, logger: new LogLines(), managed, settled, password: async () => password });
  const onKubernetes = kubernetesEffects({ roles: writer, managed, view, stack: (_filed, site) => stack(site) });
  const none = {} as EffectHandlers;
  effects = onKubernetes(filed, { ...none, 'create-replica': null, 'retire-database': null, 'repoint-switch': null });
  for (const site of ['primary', 'secondary'] as const) {
    server
      .table('regionalstacks')
      .put({ ...stackObject(app, site), metadata: { name: `trading-${site}`, namespace: 'trading' } } as StackObject);
  }
});
afterEach(() => server.stop());

function view(): PlanView {
  const { key, spec, hash: planHash } = filed;
  const declined = new Map<string, string>();
  return {
    key,
    plan,
    spec,
    planHash,
    actor: 'controller/1',
    journal,
    decided: null,
    readiness: null,
    trouble: null,
    declined,
  };
}

function stack(site: Site): StackObject | undefined {
  return server.table('regionalstacks').get(`trading/trading-${site}`) as StackObject | undefined;
}

const write = () => writer.write(view, filed.key);

/** Crossplane and its provider, as far as they follow what they read. */
function compose(site: Site, more: Partial<ManagedObject['metadata']> = {}): void {
  const name = `trading-${site}-database-a`;
  const before = server.table('instances').get(`trading/${name}`) as ManagedObject | undefined;
  const source = stack(site)?.spec.failover?.databases?.a?.source ?? '';
  const ok = (type: string) => ({
    type,
    status: 'True' as const,
    reason: 'Ok',
    message: '',
    lastTransitionTime: '2026-01-01T00:00:00Z',
  });
  const { apiVersion, kind } = databaseInstances;
  const object: ManagedObject = {
    apiVersion,
    kind,
    metadata: {
      ...before?.metadata,
      name,
      namespace: 'trading',
      labels: { 'understudy.dev/database-slot': 'a' },
      ...more,
    },
    spec: { forProvider: { identifier: 'trading-db-dev-a1', replicateSourceDb: source } },
    status: { atProvider: { replicateSourceDb: source }, conditions: [ok('Synced'), ok('Ready')] },
  };
  server.table('instances').put(object);
}

function instance(site: Site): ManagedObject | undefined {
  return server.table('instances').get(`trading/trading-${site}-database-a`) as ManagedObject | undefined;
}

/** A failover whose promotion has come as far as this. */
function failingOver(promote: 'Pending' | 'Done'): Journal {
  const begun = begunJournal({ ...simulatedPlan(), name: 'trading' }, 1);
  const operation = {
    ...operationIn(begun),
    databases: { from: 'trading-db-dev-a1', to: 'trading-db-dev-a1', retired: null },
  };
  return withPhases({ ...begun, operation }, promote, ['promote']);
}

describe('a first installation', () => {
  it('gives both stacks their roles, and waits until the provider has followed', async () => {
    const first = await write();
    expect(first).toMatchObject({ written: true, report: { state: 'Waiting', reason: 'NotComposed' } });
    expect(stack('primary')?.spec.failover).toMatchObject({
      term: 1,
      role: 'active',
      databases: { a: { generation: 1, source: '' } },
    });
    expect(stack('secondary')?.spec.failover).toMatchObject({
      term: 1,
      role: 'standby',
      databases: { a: { generation: 1, source: writerArn } },
    });
    compose('primary');
    compose('secondary');
    expect((await write()).report).toMatchObject({ state: 'Written', reason: 'ProviderAgrees' });
  });

  it('looks again until the health checks have settled, and only then lets there be records', async () => {
    checks = { terms: [1], traffic: false };
    await write();
    compose('primary');
    compose('secondary');
    const { report } = await write();
    expect(report).toMatchObject({ state: 'Waiting', reason: 'ChecksNotSettled' });
    expect(report.message).toContain('the records of trading-primary wait');
    expect(stack('primary')?.spec.failover?.switch).not.toHaveProperty('ready');
    checks = { terms: [1], traffic: true };
    expect((await write()).report).toMatchObject({ state: 'Written' });
    expect(stack('primary')?.spec.failover?.switch).toHaveProperty('ready', true);
  });

  it('writes by server-side apply, as the controller, and only what differs', async () => {
    await write();
    const [request] = server.seen('PATCH', ({ path }) => path.includes('regionalstacks'));
    expect(request?.query.get('fieldManager')).toBe('understudy-controller');
    expect(request?.body).toMatchObject({ kind: 'RegionalStack', metadata: { name: 'trading-primary' } });
    expect(Object.keys((request?.body as Partial<StackObject> | undefined)?.spec ?? {})).toEqual(['failover']);
    const before = server.seen('PATCH').length;
    await write();
    expect(server.seen('PATCH')).toHaveLength(before);
  });

  it('writes nothing while the password of a live database is missing', async () => {
    password = 'it is nowhere';
    expect(await write()).toMatchObject({ written: false, report: { state: 'Waiting', reason: 'PasswordMissing' } });
    expect(server.seen('PATCH')).toEqual([]);
  });

  it('says which stack is missing', async () => {
    server.table('regionalstacks').remove('trading/trading-secondary');
    expect((await write()).report).toMatchObject({
      reason: 'NoStack',
      message: expect.stringContaining('trading-secondary'),
    });
    expect(server.seen('PATCH')).toEqual([]);
  });
});

describe('around a promotion', () => {
  it('pauses the standby, tells it that it is a writer once AWS says so, and lets it go when it has heard', async () => {
    await write();
    compose('primary');
    compose('secondary');
    journal = failingOver('Pending');
    const pause = effects['pause-reconciliation'];
    const effect = { kind: 'pause-reconciliation', site: 'secondary' } as const;
    expect((await pause?.check(effect))?.state).toBe('NotDone');
    await pause?.perform?.(effect);
    expect((await pause?.check(effect))?.state).toBe('Done');
    expect(instance('secondary')?.metadata.annotations).toEqual({
      'crossplane.io/paused': 'true',
      'understudy.dev/paused-for': 'trading#1',
    });

    expect((await write()).report).toMatchObject({ reason: 'Paused' });
    journal = { ...failingOver('Done'), activation: { term: 2, active: 'secondary' } };
    expect((await write()).report).toMatchObject({ reason: 'NotFollowed' });
    expect(stack('secondary')?.spec.failover?.databases?.a?.source).toBe('');
    expect(instance('secondary')?.metadata.annotations).toHaveProperty(['crossplane.io/paused']);

    compose('secondary');
    expect((await write()).report).toMatchObject({ reason: 'Resumed' });
    expect(instance('secondary')?.metadata.annotations).toEqual({});
    expect((await write()).report).toMatchObject({ state: 'Written', reason: 'ProviderAgrees' });
  });

  it('leaves alone what a person has paused', async () => {
    await write();
    compose('primary', { annotations: { 'crossplane.io/paused': 'true' } });
    compose('secondary');
    expect((await write()).report).toMatchObject({ reason: 'PausedByOthers' });
    const resume = { kind: 'resume-reconciliation', site: 'primary' } as const;
    expect((await effects['resume-reconciliation']?.check(resume))?.state).toBe('Done');
    expect(instance('primary')?.metadata.annotations).toHaveProperty(['crossplane.io/paused']);
  });

  it('says what the provider makes of it', async () => {
    await write();
    compose('primary');
    compose('secondary');
    const found = instance('secondary');
    if (found === undefined) throw new Error('it is gone');
    const failed = {
      type: 'Synced',
      status: 'False',
      reason: 'ReconcileError',
      message: 'cannot re-attach',
      lastTransitionTime: '',
    } as const;
    server.table('instances').put({ ...found, status: { ...found.status, conditions: [failed] } } as ManagedObject);
    expect((await write()).report).toMatchObject({
      reason: 'NotSynced',
      message: expect.stringContaining('cannot re-attach'),
    });
  });
});

describe('writing the roles as a step of an operation', () => {
  const effect = { kind: 'update-desired-state', site: 'secondary', activationTerm: 2 } as const;

  it('is done when the stacks say so; nobody waits for the provider', async () => {
    journal = { ...failingOver('Done'), activation: { term: 2, active: 'secondary' } };
    expect((await effects['update-desired-state']?.check(effect))?.state).toBe('Done');
    expect(stack('secondary')?.spec.failover).toMatchObject({ term: 2, role: 'active' });
  });

  it('is tried again while the API server is away', async () => {
    server.fault({ status: 503 }, () => true, 100);
    const failed = effects['update-desired-state']?.check(effect);
    await expect(failed).rejects.toBeInstanceOf(PortError);
    await expect(failed).rejects.toMatchObject({ kind: 'Retryable' });
  });
});

describe('what is retired', () => {
  const synced = {
    type: 'Synced',
    status: 'True' as const,
    reason: 'Ok',
    message: '',
    lastTransitionTime: '2026-01-01T00:00:00Z',
  };

  function leftover(identifier: string): void {
    const { apiVersion, kind } = databaseInstances;
    server.table('instances').put({
      apiVersion,
      kind,
      metadata: {
        name: 'trading-primary-database-b',
        namespace: 'trading',
        labels: { 'understudy.dev/database-slot': 'b' },
      },
      spec: { forProvider: { identifier } },
    } as ManagedObject);
  }

  beforeEach(async () => {
    journal = { ...calm, epoch: 3 };
    await write();
    for (const site of ['primary', 'secondary'] as const) {
      const found = stack(site);
      if (found === undefined) throw new Error('it is gone');
      server.table('regionalstacks').put({ ...found, status: { conditions: [synced] } } as StackObject);
      compose(site);
    }
  });

  it('is deleted once the stack has it no more', async () => {
    leftover('trading-db-dev-b2');
    expect((await write()).report).toMatchObject({ reason: 'Retiring' });
    expect(server.table('instances').get('trading/trading-primary-database-b')).toBeUndefined();
    expect((await write()).report).toMatchObject({ state: 'Written' });
  });

  it('is never what a rebuilding still has to copy, whatever the stack says', async () => {
    leftover('trading-db-dev-b2');
    journal = {
      ...journal,
      databases: { primary: 'trading-db-dev-a3' },
      rebuilding: { site: 'primary', retired: 'trading-db-dev-b2' },
    };
    await write();
    expect(server.table('instances').get('trading/trading-primary-database-b')).toBeDefined();
  });
});
