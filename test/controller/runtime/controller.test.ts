import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, type ControllerOptions, type Reconciler } from '../../../controller/runtime/controller.ts';
import { Informer } from '../../../controller/runtime/informer.ts';
import { RuntimeMetrics } from '../../../controller/runtime/metrics.ts';
import { FakeApiServer } from './fake-api-server.ts';
import { LogLines } from './log-lines.ts';
import { ObservedApiClient } from './observed-api-client.ts';
import { until } from './until.ts';
import { settle, VirtualClock } from './virtual-clock.ts';
import { type Widget, widget, widgets } from './widgets.ts';

let clock: VirtualClock;
let log: LogLines;
let metrics: RuntimeMetrics;
let stop: AbortController;
let abort: AbortController;
let running: Promise<void>[];
let reconciled: string[];

beforeEach(() => {
  clock = new VirtualClock();
  log = new LogLines();
  metrics = new RuntimeMetrics();
  stop = new AbortController();
  abort = new AbortController();
  running = [];
  reconciled = [];
});
afterEach(async () => {
  stop.abort();
  abort.abort();
  await Promise.all(running);
});

function start(reconcile: Reconciler, options: Partial<ControllerOptions> = {}): Controller {
  const controller = new Controller({ name: 'widgets', clock, logger: log, metrics, reconcile, ...options });
  running.push(controller.run(stop.signal, abort.signal));
  return controller;
}

/** Notes the key, and does what the test says for it. */
function noting(then: (key: string) => ReturnType<Reconciler> = async () => undefined): Reconciler {
  return async (key) => {
    reconciled.push(key);
    return then(key);
  };
}

const counted = async (result: string): Promise<number> => {
  const line = `controller_runtime_reconcile_total{controller="widgets",result="${result}"} `;
  return Number((await metrics.text()).split(line)[1]?.split('\n')[0] ?? 0);
};

describe('a controller', () => {
  it('is no leak to Node, however many of its workers listen', async () => {
    // Jest hides Node's warnings from a test, so another process has them.
    const script = `
      import { Controller } from './controller/runtime/controller.ts';
      import { systemClock } from './src/aws/system-clock.ts';
      process.on('warning', ({ name }) => console.log(name));
      const { signal } = new AbortController();
      const logger = { info() {}, error() {} };
      let inHand = 0;
      const reconcile = () => new Promise(() => {
        inHand += 1;
        if (inHand === 16) setImmediate(() => process.exit());
      });
      const controller = new Controller({ name: 'widgets', clock: systemClock, logger, workers: 16, reconcile });
      for (let key = 0; key < 16; key += 1) controller.enqueue(String(key));
      await controller.run(signal, signal);`;
    const args = ['--import', 'tsx', '--input-type=module', '-e', script];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    expect(stdout).toBe('');
  });

  it('reconciles what is asked for', async () => {
    const controller = start(noting());
    controller.enqueue('a');
    controller.enqueue('b');
    await settle();
    expect(reconciled).toEqual(['a', 'b']);
    expect(await counted('success')).toBe(2);
  });

  it('comes back when the reconciler says', async () => {
    const controller = start(noting(async () => ({ requeueAfterMs: 30_000 })));
    controller.enqueue('a');
    await clock.advance(29_999);
    expect(reconciled).toEqual(['a']);
    await clock.advance(1);
    expect(reconciled).toEqual(['a', 'a']);
    expect(await counted('requeue_after')).toBe(2);
  });

  it('lets others go first when one wants to come back at once', async () => {
    let left = 3;
    const controller = start(
      noting(async (key) => (key === 'busy' && left-- > 0 ? { requeueAfterMs: -5 } : undefined)),
    );
    controller.enqueue('busy');
    controller.enqueue('other');
    await settle();
    expect(reconciled).toEqual(['busy', 'other', 'busy', 'busy', 'busy']);
  });

  it('takes up what is in trouble first', async () => {
    let release = (): void => {};
    const gate = new Promise<undefined>((resolve) => {
      release = () => resolve(undefined);
    });
    const controller = start(noting(async (key) => (key === 'first' ? gate : undefined)));
    controller.enqueue('first');
    await settle();
    controller.enqueue('calm');
    controller.enqueue('trouble', { priority: 10 });
    await settle();
    release();
    await settle();
    expect(reconciled).toEqual(['first', 'trouble', 'calm']);
  });

  it.each([
    ['rejects', async () => Promise.reject(new Error('AWS is unwell'))],
    [
      'throws',
      () => {
        throw new Error('AWS is unwell');
      },
    ],
    [
      'throws what is no error',
      () => {
        throw 'AWS is unwell';
      },
    ],
    ['gives back what is no time', async () => ({ requeueAfterMs: Number.NaN })],
  ] as const)('tries again, ever later, when the reconciler %s', async (_name, fail) => {
    const controller = start(noting(fail as () => ReturnType<Reconciler>));
    controller.enqueue('a');
    await clock.advance(5 + 10 + 20 + 39);
    expect(reconciled).toHaveLength(4);
    await clock.advance(1);
    expect(reconciled).toHaveLength(5);
    expect(await counted('error')).toBe(5);
    expect(log.of('error').map(({ fields }) => fields.failures)).toEqual([1, 2, 3, 4, 5]);
    expect(log.of('error')[0]?.fields).toMatchObject({ controller: 'widgets', key: 'a' });
  });

  it('begins with the shortest delay again after a success, and tells the reconciler how often it failed', async () => {
    const failures: number[] = [];
    const controller = start(async (_key, context) => {
      failures.push(context.failures);
      if (failures.length === 3) return undefined;
      throw new Error('not yet');
    });
    controller.enqueue('a');
    await clock.advance(15);
    controller.enqueue('a');
    await clock.advance(5);
    expect(failures).toEqual([0, 1, 2, 0, 1]);
  });

  it('keeps the priority of what failed', async () => {
    const priorities: number[] = [];
    const controller = start(async (_key, { priority }) => {
      priorities.push(priority);
      if (priorities.length < 3) throw new Error('not yet');
      return { requeueAfterMs: 1_000 };
    });
    controller.enqueue('a', { priority: 10 });
    await clock.advance(2_000);
    expect(priorities.slice(0, 4)).toEqual([10, 10, 10, 0]);
  });

  it('has as many keys in hand as it has workers, and never one twice', async () => {
    const inHand: string[] = [];
    let most = 0;
    const controller = start(
      async (key) => {
        expect(inHand).not.toContain(key);
        inHand.push(key);
        most = Math.max(most, inHand.length);
        await clock.sleep(10);
        inHand.splice(inHand.indexOf(key), 1);
        return undefined;
      },
      { workers: 3 },
    );
    for (const key of ['a', 'b', 'c', 'd', 'e', 'a', 'b']) controller.enqueue(key);
    await settle();
    controller.enqueue('a');
    await clock.advance(100);
    expect(most).toBe(3);
    expect(await counted('success')).toBe(6);
  });

  it('aborts a reconciliation that takes too long, and keeps its key until it has really ended', async () => {
    let signal: AbortSignal | undefined;
    let finish = (): void => {};
    const controller = start(
      async (key, context) => {
        reconciled.push(key);
        signal = context.signal;
        await new Promise<void>((resolve) => {
          finish = resolve;
        });
        context.signal.throwIfAborted();
        return undefined;
      },
      { timeoutMs: 5_000, workers: 2 },
    );
    controller.enqueue('a');
    await clock.advance(4_999);
    expect(signal?.aborted).toBe(false);
    await clock.advance(1);
    expect(signal?.aborted).toBe(true);
    controller.enqueue('a');
    await clock.advance(60_000);
    expect(reconciled).toEqual(['a']);
    finish();
    await settle();
    expect(reconciled).toEqual(['a', 'a']);
    expect(log.of('error')[1]?.fields).toMatchObject({ key: 'a', reason: 'not done after 5 s' });
    finish();
  });

  it('finishes what is in hand when it is stopped, and takes up nothing more', async () => {
    const aborted: boolean[] = [];
    const controller = start(async (key, { signal }) => {
      reconciled.push(key);
      await clock.sleep(1_000, signal);
      aborted.push(signal.aborted);
      return undefined;
    });
    controller.enqueue('in hand');
    controller.enqueue('waits');
    await settle();
    stop.abort();
    let ended = false;
    const end = Promise.all(running).then(() => {
      ended = true;
    });
    await clock.advance(999);
    expect(ended).toBe(false);
    await clock.advance(1);
    await end;
    expect(reconciled).toEqual(['in hand']);
    expect(aborted).toEqual([false]);
  });

  it('aborts what is in hand when it may act no more, and does not call that a failure in the log', async () => {
    const controller = start(async (_key, { signal }) => {
      await clock.sleep(1_000_000, signal);
      signal.throwIfAborted();
      return undefined;
    });
    controller.enqueue('a');
    await settle();
    stop.abort();
    abort.abort(new Error('no longer the leader'));
    await Promise.all(running);
    expect(log.of('error')).toEqual([]);
    expect(await counted('error')).toBe(1);
  });
});

describe('a controller that follows an informer', () => {
  let server: FakeApiServer;
  let api: ObservedApiClient;

  beforeEach(async () => {
    server = await FakeApiServer.start();
    api = new ObservedApiClient(server, clock);
  });
  afterEach(async () => {
    stop.abort();
    await Promise.all(running);
    api.close();
    await server.stop();
  });

  it('reconciles what is there, what changes, and what is deleted, once the informer has synced', async () => {
    server.table('widgets').put(widget('a'));
    const informer = new Informer<Widget>({ api, clock, logger: log, resource: widgets });
    const seen: string[] = [];
    const reconcile: Reconciler = async (key) => {
      seen.push(`${key} ${informer.hasSynced} ${informer.get(key)?.spec.size ?? 'gone'}`);
      return undefined;
    };
    const controller = new Controller({ name: 'widgets', clock, logger: log, reconcile }).watch(informer);
    running.push(controller.run(stop.signal, abort.signal), informer.run(stop.signal));
    await until('the object is reconciled', () => seen.length === 1);
    await until('the watch is open', () => server.openWatches === 1);
    server.table('widgets').put(widget('a', 7));
    await until('the change is reconciled', () => seen.length === 2);
    server.table('widgets').remove('default/a');
    await until('the deletion is reconciled', () => seen.length === 3);
    expect(seen).toEqual(['default/a true 1', 'default/a true 7', 'default/a true gone']);
  });

  it('looks at other objects than the one that changed, when told so', async () => {
    server.table('widgets').put(widget('a', 1, 'default', { owner: 'x' }));
    const informer = new Informer<Widget>({ api, clock, logger: log, resource: widgets });
    const controller = new Controller({ name: 'owners', clock, logger: log, reconcile: noting() });
    controller.watch(informer, ({ object }) => [{ key: object.metadata.labels?.owner ?? 'none', priority: 5 }]);
    running.push(controller.run(stop.signal, abort.signal), informer.run(stop.signal));
    await until('the owner is reconciled', () => reconciled.length === 1);
    expect(reconciled).toEqual(['x']);
  });

  it('can be stopped before the informer has synced', async () => {
    const informer = new Informer<Widget>({ api, clock, logger: log, resource: widgets });
    const controller = new Controller({ name: 'widgets', clock, logger: log, reconcile: noting() }).watch(informer);
    const run = controller.run(stop.signal, abort.signal);
    stop.abort();
    await run;
    expect(reconciled).toEqual([]);
  });
});
