import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, type Reconciler } from '../../../controller/runtime/controller.ts';
import { EventRecorder } from '../../../controller/runtime/events.ts';
import { Informer } from '../../../controller/runtime/informer.ts';
import { Manager, type ManagerOptions } from '../../../controller/runtime/manager.ts';
import { RuntimeMetrics } from '../../../controller/runtime/metrics.ts';
import { FakeApiServer, isList } from './fake-api-server.ts';
import { LogLines } from './log-lines.ts';
import { ObservedApiClient } from './observed-api-client.ts';
import { until } from './until.ts';
import { VirtualClock } from './virtual-clock.ts';
import { type Widget, widget, widgets } from './widgets.ts';

let server: FakeApiServer;
let clock: VirtualClock;
let api: ObservedApiClient;
let processes: Process[];

beforeEach(async () => {
  server = await FakeApiServer.start();
  clock = new VirtualClock();
  api = new ObservedApiClient(server, clock);
  processes = [];
  server.table('widgets').put(widget('a'));
});
afterEach(async () => {
  for (const { stop } of processes) stop.abort();
  let over = false;
  const end = Promise.all(processes.map(({ end }) => end)).then(() => {
    over = true;
  });
  while (!over) await api.pass(5_000);
  await end;
  api.close();
  await server.stop();
});

interface Process {
  readonly manager: Manager;
  readonly stop: AbortController;
  readonly log: LogLines;
  readonly reconciled: string[];
  /** The code of the error that it ended with. */
  readonly end: Promise<string | undefined>;
}

function start(identity: string, reconcile: Reconciler, options: Partial<ManagerOptions> = {}): Process {
  const log = new LogLines();
  const reconciled: string[] = [];
  const informer = new Informer<Widget>({ api, clock, logger: log, resource: widgets });
  const controller = new Controller({
    name: 'widgets',
    clock,
    logger: log,
    timeoutMs: 1_000_000,
    reconcile: async (key, context) => {
      reconciled.push(key);
      return reconcile(key, context);
    },
  }).watch(informer);
  const manager = new Manager({
    clock,
    logger: log,
    informers: [informer],
    controllers: [controller],
    election: { api, lease: { name: 'controller', namespace: 'system' }, identity, random: () => 0 },
    ...options,
  });
  const stop = new AbortController();
  const end = manager.run(stop.signal).then(
    () => undefined,
    (error: { code: string }) => error.code,
  );
  const process = { manager, stop, log, reconciled, end };
  processes.push(process);
  return process;
}

const nothing: Reconciler = async () => undefined;
/** Works for ten minutes, unless it is aborted. */
const long: Reconciler = async (_key, { signal }) => clock.sleep(600_000, signal).then(() => undefined);
const holder = () =>
  (server.table('leases').get('system/controller') as { spec?: { holderIdentity?: string } }).spec?.holderIdentity;
const reconciles = (process: Process) => until('it reconciles', () => process.reconciled.length > 0);

function isWell({ manager }: Process): boolean {
  try {
    for (const check of Object.values(manager.readiness())) void check();
    return true;
  } catch {
    return false;
  }
}

describe('a manager', () => {
  it('reconciles on the leader alone; the other one takes over when it stops', async () => {
    const one = start('one', nothing);
    await reconciles(one);
    const two = start('two', nothing);
    await until('the other has synced', () => server.openWatches === 2);
    await api.pass(20_000);
    expect(two.reconciled).toEqual([]);
    expect([one.manager.isLeader(), two.manager.isLeader()]).toEqual([true, false]);
    one.stop.abort();
    expect(await one.end).toBeUndefined();
    await api.pass(3_000);
    await reconciles(two);
    expect(two.manager.isLeader()).toBe(true);
  });

  it('leads at once when there is no election', async () => {
    const log = new LogLines();
    const manager = new Manager({ clock, logger: log, informers: [], controllers: [] });
    const stop = new AbortController();
    const end = manager.run(stop.signal);
    expect(manager.isLeader()).toBe(true);
    stop.abort();
    await end;
  });

  it('finishes what is in hand when it is stopped, renewing its lease, and only then gives the lease back', async () => {
    let finished = false;
    const one = start('one', async (_key, { signal }) => {
      await clock.sleep(19_000, signal);
      finished = !signal.aborted;
      return undefined;
    });
    await reconciles(one);
    one.stop.abort();
    await api.pass(18_000);
    expect(holder()).toBe('one');
    expect(one.manager.isLeader()).toBe(true);
    await api.pass(1_000);
    expect(await one.end).toBeUndefined();
    expect(finished).toBe(true);
    expect(holder()).toBe('');
  });

  it('aborts what is not finished in time', async () => {
    const one = start('one', long);
    await reconciles(one);
    one.stop.abort();
    await api.pass(20_000);
    expect(holder()).toBe('one');
    await api.pass(1_000);
    expect(await one.end).toBeUndefined();
    expect(holder()).toBe('');
    expect(one.log.of('warn').at(-1)?.message).toMatch(/not finished in time/);
  });

  it('keeps the lease when something does not stop at all', async () => {
    const one = start('one', async () => clock.sleep(600_000).then(() => undefined));
    await reconciles(one);
    one.stop.abort();
    await api.pass(24_000);
    expect(await one.end).toBe('US3006');
    expect(holder()).toBe('one');
    expect(one.manager.isLeader()).toBe(false);
    const writes = server.seen('PUT').length;
    await api.pass(10_000);
    expect(server.seen('PUT')).toHaveLength(writes);
  });

  it('aborts everything at once when the lead is lost', async () => {
    const one = start('one', long);
    await reconciles(one);
    server.fault('reset', ({ path }) => path.includes('leases'), 99);
    await api.pass(10_000);
    expect(await one.end).toBe('US3005');
    expect(one.manager.isLeader()).toBe(false);
    expect(one.log.of('error').map(({ message }) => message)).toEqual([
      'no longer the leader: the lease was not renewed in time',
    ]);
  });

  it('prepares before anything is reconciled, and tries again until it can', async () => {
    const steps: string[] = [];
    let tries = 0;
    const prepare = async (): Promise<void> => {
      steps.push('prepare');
      tries += 1;
      if (tries < 3) throw new Error('the journal cannot be read');
    };
    const reconcile: Reconciler = async (key) => {
      steps.push(key);
      return undefined;
    };
    const one = start('one', reconcile, { prepare });
    await until('it tries', () => tries === 1);
    await api.pass(10_000);
    await reconciles(one);
    expect(steps).toEqual(['prepare', 'prepare', 'prepare', 'default/a']);
    expect(one.log.of('error').map(({ fields }) => fields.reason)).toEqual(Array(2).fill('the journal cannot be read'));
  });

  it('is ready when its informers are synced and watching', async () => {
    server.fault({ status: 503 }, isList, 1);
    const one = start('one', nothing, {
      metrics: new RuntimeMetrics(),
      serve: { healthPort: 0, metricsPort: 0, host: '127.0.0.1' },
    });
    await until('it serves', () => one.log.of('info').some(({ fields }) => fields.healthPort !== undefined));
    const { healthPort, metricsPort } = one.log.of('info').find(({ fields }) => fields.healthPort)?.fields ?? {};
    const get = async (port: unknown, path: string) => fetch(`http://127.0.0.1:${port}${path}`);
    await until('the list has failed', () => one.log.of('warn').length === 1);
    expect(await (await get(healthPort, '/readyz')).text()).toContain('[-]widgets failed: fault 503');
    expect((await get(healthPort, '/healthz')).status).toBe(200);
    await api.pass(2_000);
    await reconciles(one);
    await until('it watches', () => server.openWatches === 1);
    await until('it is well', () => isWell(one));
    expect((await get(healthPort, '/readyz')).status).toBe(200);
    expect(await (await get(metricsPort, '/metrics')).text()).toContain(
      'leader_election_master_status{name="controller"} 1',
    );
  });

  it('sends the events that wait before it ends', async () => {
    const events = new EventRecorder({
      api,
      clock,
      logger: new LogLines(),
      controller: 'example.dev/widgets',
      instance: 'one',
    });
    const one = start('one', nothing, { events });
    await reconciles(one);
    const regarding = widget('a');
    one.stop.abort();
    events.record({ regarding, type: 'Normal', reason: 'Stopped', action: 'Stop', note: 'it stops' });
    await one.end;
    expect(server.seen('POST', ({ path }) => path.endsWith('/events'))).toHaveLength(1);
  });
});
