import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiClient } from '../../../controller/runtime/api-client.ts';
import { Informer, type InformerOptions } from '../../../controller/runtime/informer.ts';
import { keyOf } from '../../../controller/runtime/kubernetes-object.ts';
import { FakeApiServer, isList, isWatch } from './fake-api-server.ts';
import { LogLines } from './log-lines.ts';
import { until } from './until.ts';
import { settle, VirtualClock } from './virtual-clock.ts';
import { type Widget, widget, widgets } from './widgets.ts';

let server: FakeApiServer;
let clock: VirtualClock;
let log: LogLines;
let api: ApiClient;
let stop: AbortController;
let running: Promise<void>[];
let changes: string[];

beforeEach(async () => {
  server = await FakeApiServer.start();
  clock = new VirtualClock();
  log = new LogLines();
  api = new ApiClient({ kubeConfig: server.kubeConfig(), clock });
  stop = new AbortController();
  running = [];
  changes = [];
});
afterEach(async () => {
  stop.abort();
  await Promise.all(running);
  api.close();
  await server.stop();
});

function start(options: Partial<InformerOptions<Widget>> = {}): Informer<Widget> {
  const informer = new Informer<Widget>({ api, clock, logger: log, resource: widgets, random: () => 0.5, ...options });
  informer.onChange(({ type, object }) => {
    changes.push(`${type} ${object.metadata.name} ${object.spec.size}`);
  });
  running.push(informer.run(stop.signal));
  return informer;
}

const table = () => server.table('widgets');
const watching = (times = 1) =>
  until(`watch ${times} is open`, () => server.seen('GET', isWatch).length >= times && server.openWatches === 1);
const told = (change: string) => until(`the handler is told of ${change}`, () => changes.includes(change));

/** Lets the delay pass that the last warning announced. */
async function afterWarning(count: number): Promise<number> {
  await until(`warning ${count} is logged`, () => log.of('warn').length >= count);
  const delayMs = Number(log.of('warn')[count - 1]?.fields.retryInMs);
  await clock.advance(delayMs);
  return delayMs;
}

describe('an informer', () => {
  it('lists, watches, and tells what changes', async () => {
    table().put(widget('a', 1));
    const informer = start();
    expect(informer.hasSynced).toBe(false);
    expect(await informer.whenSynced(stop.signal)).toBe(true);
    await watching();
    table().put(widget('b', 2));
    table().put(widget('a', 3));
    table().remove('default/b');
    await told('deleted b 2');
    expect(changes).toEqual(['added a 1', 'added b 2', 'updated a 3', 'deleted b 2']);
    expect(informer.list().map(keyOf)).toEqual(['default/a']);
    expect(informer.get('default/a')).toMatchObject({
      apiVersion: 'example.dev/v1',
      kind: 'Widget',
      spec: { size: 3 },
    });
    expect(log.lines).toEqual([]);
  });

  it('asks for bookmarks, as the user of the kubeconfig, and goes on from the last one', async () => {
    start();
    await watching();
    expect(server.seen('GET', isWatch)[0]?.query.get('allowWatchBookmarks')).toBe('true');
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer secret', 'Bearer secret']);
    table().bookmark();
    table().bookmark();
    await settle();
    server.endWatches('orderly');
    await afterEndAtOnce();
    await watching(2);
    expect(server.seen('GET', isWatch)[1]?.query.get('resourceVersion')).toBe('102');
    expect(server.seen('GET', isList)).toHaveLength(1);
  });

  it('reads long lists page by page', async () => {
    for (let size = 0; size < 7; size += 1) table().put(widget(`w${size}`, size));
    const informer = start({ pageSize: 3 });
    await informer.whenSynced(stop.signal);
    expect(informer.list()).toHaveLength(7);
    expect(server.seen('GET', isList).map(({ query }) => query.get('limit'))).toEqual(['3', '3', '3']);
  });

  it('lists in one piece when the place in a list has expired', async () => {
    for (let size = 0; size < 5; size += 1) table().put(widget(`w${size}`, size));
    server.fault({ status: 410, reason: 'Expired' }, ({ query }) => query.has('continue'));
    const informer = start({ pageSize: 2 });
    await informer.whenSynced(stop.signal);
    expect(informer.list()).toHaveLength(5);
    expect(server.seen('GET', isList).map(({ query }) => query.get('limit'))).toEqual(['2', '2', null]);
    expect(log.lines).toEqual([]);
  });

  it('sees one namespace, and the objects of a label, when told to', async () => {
    table().put(widget('a', 1, 'blue', { app: 'x' }));
    table().put(widget('b', 1, 'blue', { app: 'y' }));
    table().put(widget('c', 1, 'red', { app: 'x' }));
    const informer = start({ namespace: 'blue', labelSelector: 'app=x' });
    await informer.whenSynced(stop.signal);
    await watching();
    expect(informer.list().map(keyOf)).toEqual(['blue/a']);
    table().put(widget('d', 1, 'red', { app: 'x' }));
    table().put(widget('e', 1, 'blue', { app: 'x' }));
    await told('added e 1');
    expect(changes).toEqual(['added a 1', 'added e 1']);
  });

  it('finds objects by what an indexer says, as they change', async () => {
    table().put(widget('a', 1));
    table().put(widget('b', 1));
    const informer = start({ indexers: { size: ({ spec }) => [String(spec.size)] } });
    await informer.whenSynced(stop.signal);
    await watching();
    table().put(widget('a', 2));
    table().remove('default/b');
    await told('deleted b 1');
    expect(informer.byIndex('size', '1')).toEqual([]);
    expect(informer.byIndex('size', '2').map(keyOf)).toEqual(['default/a']);
    expect(() => informer.byIndex('colour', 'blue')).toThrow('no index colour');
  });

  it('hands out objects that nobody can change', async () => {
    table().put(widget('a', 1));
    const informer = start();
    await informer.whenSynced(stop.signal);
    expect(() => Object.assign(informer.get('default/a')?.spec ?? {}, { size: 9 })).toThrow(TypeError);
  });

  it('tells a handler that comes late of what is there', async () => {
    table().put(widget('a', 1));
    const informer = start();
    await informer.whenSynced(stop.signal);
    const late: string[] = [];
    informer.onChange(({ type, object }) => void late.push(`${type} ${object.metadata.name}`));
    expect(late).toEqual(['added a']);
  });

  it('shows every object again when it resyncs', async () => {
    table().put(widget('a', 1));
    const informer = start({ resyncMs: 60_000 });
    await informer.whenSynced(stop.signal);
    await watching();
    await clock.advance(60_000);
    expect(changes).toEqual(['added a 1', 'updated a 1']);
  });

  it('stops at once, wherever it is', async () => {
    server.fault('hang', isList);
    const informer = start();
    await until('the list is asked for', () => server.requests.length === 1);
    const synced = informer.whenSynced(stop.signal);
    stop.abort();
    await Promise.all(running);
    expect(await synced).toBe(false);
    expect(clock.sleeping()).toEqual([]);
    expect(log.lines).toEqual([]);
  });
});

/** The fake ends a watch in no time, which counts as a failure unless an event came. */
async function afterEndAtOnce(): Promise<void> {
  await until('the informer goes on', () => server.seen('GET', isWatch).length >= 2 || log.of('warn').length > 0);
  if (log.of('warn').length > 0) await afterWarning(1);
}

describe('an informer in trouble', () => {
  it.each([
    ['500', { status: 500 }],
    ['503', { status: 503 }],
    ['a connection that is reset', 'reset'],
    ['403', { status: 403, reason: 'Forbidden' }],
  ] as const)('lists again after %s, ever later, and is not dead', async (_name, fault) => {
    table().put(widget('a', 1));
    server.fault(fault, isList, 12);
    const informer = start();
    const delays: number[] = [];
    for (let failure = 1; failure <= 12; failure += 1) {
      delays.push(await afterWarning(failure));
      expect(informer.hasSynced).toBe(false);
    }
    expect(await informer.whenSynced(stop.signal)).toBe(true);
    expect(delays.slice(0, 4)).toEqual([600, 1200, 2400, 4800]);
    expect(Math.max(...delays)).toBe(7_500);
    await watching();
    await until('it is well', () => informer.failure === undefined);
  });

  it('says what to do when it may not look', async () => {
    server.fault({ status: 403, reason: 'Forbidden' }, isList);
    start();
    await until('a warning is logged', () => log.of('warn').length === 1);
    expect(log.of('warn')[0]?.fields).toMatchObject({ kind: 'Widget', code: 'US3003' });
  });

  it.each([
    ['as long as Retry-After says', '7', 7_000],
    ['but not for ever', '86400', 60_000],
  ])('stays away %s', async (_name, retryAfter, expectedMs) => {
    server.fault({ status: 429, headers: { 'retry-after': retryAfter } }, isList);
    const informer = start();
    expect(await afterWarning(1)).toBe(expectedMs);
    expect(await informer.whenSynced(stop.signal)).toBe(true);
  });

  it('gives up a list that does not come, and lists again', async () => {
    server.fault('hang', isList);
    const informer = start();
    await until('the list is asked for', () => server.requests.length === 1);
    await clock.advance(30_000);
    await afterWarning(1);
    expect(await informer.whenSynced(stop.signal)).toBe(true);
    expect(log.of('warn')[0]?.fields.reason).toContain('no answer for 30 s');
  });

  it('goes on where it was when the watch is cut, and misses nothing', async () => {
    table().put(widget('a', 1));
    const informer = start();
    await watching();
    await clock.advance(5_000);
    server.endWatches('cut');
    await until('the cut is seen', () => log.of('warn').length === 1);
    expect(informer.failure).toBeDefined();
    expect(informer.list()).toHaveLength(1);
    table().put(widget('b', 2));
    table().remove('default/a');
    await afterWarning(1);
    await told('deleted a 1');
    expect(changes).toEqual(['added a 1', 'added b 2', 'deleted a 1']);
    expect(server.seen('GET', isList)).toHaveLength(1);
    expect(informer.failure).toBeUndefined();
  });

  it('watches again when the server ends a watch, as it does every few minutes, and says nothing', async () => {
    start();
    await watching();
    await clock.advance(5_000);
    server.endWatches('orderly');
    await watching(2);
    expect(log.lines).toEqual([]);
    expect(server.seen('GET', isList)).toHaveLength(1);
  });

  it('does not hammer a server that ends each watch at once', async () => {
    start();
    const delays: number[] = [];
    for (let watch = 1; watch <= 4; watch += 1) {
      await watching(watch);
      server.endWatches('orderly');
      delays.push(await afterWarning(watch));
    }
    expect(delays).toEqual([600, 1200, 2400, 4800]);
  });

  it('waits as little as at first once it was well again', async () => {
    server.fault('reset', isList, 5);
    start();
    for (let failure = 1; failure <= 5; failure += 1) await afterWarning(failure);
    await watching();
    await clock.advance(1_000);
    server.endWatches('cut');
    expect(await afterWarning(6)).toBe(600);
    await watching(2);
  });

  it('begins a hung watch again', async () => {
    start({ idleMs: 90_000 });
    await watching();
    await clock.advance(89_000);
    table().put(widget('a', 1));
    await told('added a 1');
    // The event was a sign of life.
    await clock.advance(89_000);
    expect(log.lines).toEqual([]);
    await clock.advance(1_000);
    await afterWarning(1);
    await watching(2);
    expect(log.of('warn')[0]?.fields.reason).toContain('no answer for 90 s');
    table().put(widget('b', 1));
    await told('added b 1');
    expect(server.seen('GET', isList)).toHaveLength(1);
  });

  it('lists again when the server has forgotten where it was, and tells of what was deleted and replaced', async () => {
    table().put(widget('gone', 1));
    table().put(widget('same', 1));
    table().put(widget('other', 1));
    const informer = start();
    await watching();
    await clock.advance(5_000);
    server.endWatches('cut');
    await until('the cut is seen', () => log.of('warn').length === 1);
    table().remove('default/gone');
    table().remove('default/other');
    table().put(widget('other', 5));
    table().compact();
    await afterWarning(1);
    await told('added other 5');
    expect(log.of('info').map(({ message }) => message)).toEqual(['Widget objects are listed again']);
    expect(changes.slice(3)).toEqual(['deleted gone 1', 'deleted other 1', 'added other 5']);
    expect(informer.list()).toHaveLength(2);
    expect(server.seen('GET', isList)).toHaveLength(2);
  });

  it('does not hammer a server that forgets at once, again and again', async () => {
    const expired = { status: 410, reason: 'Expired' };
    server.fault(expired, isWatch, 5);
    start();
    const delays: number[] = [];
    for (let failure = 1; failure <= 4; failure += 1) delays.push(await afterWarning(failure));
    // The first one is nothing to wait for.
    expect(delays).toEqual([600, 1200, 2400, 4800]);
    await watching(6);
    expect(server.seen('GET', isList)).toHaveLength(6);
  });

  it.each([
    ['an error', '{"type":"ERROR","object":{"kind":"Status","code":500,"message":"etcd is unwell"}}', 2],
    ['something without metadata', '{"type":"ADDED","object":{}}', 2],
    ['what is no JSON', '{"type":"ADD', 1],
  ])('outlives a watch that sends %s', async (_name, line, lists) => {
    const informer = start();
    await watching();
    server.sendLine(line);
    await afterWarning(1);
    await watching(2);
    table().put(widget('a', 1));
    await told('added a 1');
    expect(server.seen('GET', isList)).toHaveLength(lists);
    expect(informer.failure).toBeUndefined();
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('handler is unwell');
      },
    ],
    ['rejects', async () => Promise.reject(new Error('handler is unwell'))],
  ])('outlives a handler that %s, and says so', async (_name, handler) => {
    const informer = new Informer<Widget>({ api, clock, logger: log, resource: widgets });
    informer.onChange(handler);
    informer.onChange(({ type, object }) => void changes.push(`${type} ${object.metadata.name} ${object.spec.size}`));
    running.push(informer.run(stop.signal));
    await watching();
    table().put(widget('a', 1));
    table().put(widget('b', 1));
    await told('added b 1');
    await until('both failures are logged', () => log.of('error').length === 2);
    expect(log.of('error')[0]).toMatchObject({ fields: { kind: 'Widget', name: 'a', namespace: 'default' } });
    expect(log.of('warn')).toEqual([]);
  });

  it('outlives an indexer that throws', async () => {
    table().put(widget('a', 1));
    const informer = start({
      indexers: {
        bad: () => {
          throw new Error('indexer is unwell');
        },
      },
    });
    expect(await informer.whenSynced(stop.signal)).toBe(true);
    expect(informer.byIndex('bad', 'x')).toEqual([]);
    expect(log.of('error')[0]?.message).toBe('the indexer bad failed');
  });
});
