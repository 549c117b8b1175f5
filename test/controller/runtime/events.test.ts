import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { NewEvent } from '../../../controller/runtime/event-object.ts';
import { EventRecorder, type EventRecorderOptions } from '../../../controller/runtime/events.ts';
import type { KubernetesObject } from '../../../controller/runtime/kubernetes-object.ts';
import { FakeApiServer } from './fake-api-server.ts';
import { LogLines } from './log-lines.ts';
import { ObservedApiClient } from './observed-api-client.ts';
import { until } from './until.ts';
import { VirtualClock } from './virtual-clock.ts';
import { widget } from './widgets.ts';

const minuteMs = 60_000;

let server: FakeApiServer;
let clock: VirtualClock;
let api: ObservedApiClient;
let log: LogLines;
let stop: AbortController;
let running: Promise<void>;

beforeEach(async () => {
  server = await FakeApiServer.start();
  clock = new VirtualClock();
  api = new ObservedApiClient(server, clock);
  log = new LogLines();
  stop = new AbortController();
  running = Promise.resolve();
});
afterEach(async () => {
  stop.abort();
  await running;
  api.close();
  await server.stop();
});

function start(options: Partial<EventRecorderOptions> = {}): EventRecorder {
  const recorder = new EventRecorder({
    api,
    clock,
    logger: log,
    controller: 'example.dev/widgets',
    instance: 'pod-1',
    random: () => 0,
    ...options,
  });
  running = recorder.run(stop.signal);
  return recorder;
}

function happened(note = 'it grew', name = 'a', change: Partial<NewEvent> = {}): NewEvent {
  const { metadata, ...rest } = widget(name);
  const regarding: KubernetesObject = { ...rest, metadata: { ...metadata, uid: `uid-of-${name}` } };
  return { regarding, type: 'Normal', reason: 'Grown', action: 'Grow', note, ...change };
}

const writes = () => server.requests.map(({ method }) => method);
const written = (count: number) => until(`${count} writes are done`, () => server.requests.length >= count);
const shown = () => server.requests.map(({ body }) => body as { series?: { count: number }; note?: string });

describe('an event', () => {
  it('is written as events.k8s.io/v1 wants it', async () => {
    start().record(happened());
    await written(1);
    expect(server.requests[0]).toMatchObject({
      method: 'POST',
      path: '/apis/events.k8s.io/v1/namespaces/default/events',
      body: {
        apiVersion: 'events.k8s.io/v1',
        kind: 'Event',
        metadata: { name: expect.stringMatching(/^a\.[0-9a-f]{16}$/), namespace: 'default' },
        eventTime: '2026-01-01T00:00:00.250000Z',
        reportingController: 'example.dev/widgets',
        reportingInstance: 'pod-1',
        type: 'Normal',
        reason: 'Grown',
        action: 'Grow',
        note: 'it grew',
        regarding: { apiVersion: 'example.dev/v1', kind: 'Widget', namespace: 'default', name: 'a', uid: 'uid-of-a' },
      },
    });
  });

  it('of an object of the cluster as a whole lies in the namespace default', async () => {
    const regarding: KubernetesObject = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } };
    start().record({ ...happened(), regarding });
    await written(1);
    expect(server.requests[0]?.path).toBe('/apis/events.k8s.io/v1/namespaces/default/events');
  });

  it('has a note of at most 1024 bytes, and whole characters', async () => {
    start().record(happened('ä'.repeat(2_000)));
    await written(1);
    const note = shown()[0]?.note ?? '';
    expect(Buffer.byteLength(note)).toBeLessThanOrEqual(1_024);
    expect(note).toMatch(/^ä{510}…$/);
  });
});

describe('what happens again', () => {
  it('is one event: the second time shows, later ones half an hour later', async () => {
    const recorder = start();
    recorder.record(happened());
    await written(1);
    await api.idle();
    recorder.record(happened('it grew more'));
    await written(2);
    await api.idle();
    expect(writes()).toEqual(['POST', 'PATCH']);
    expect(shown()[1]).toEqual({ series: { count: 2, lastObservedTime: '2026-01-01T00:00:00.250000Z' } });
    for (let minute = 0; minute < 29; minute += 1) {
      recorder.record(happened());
      await clock.advance(minuteMs);
    }
    expect(writes()).toHaveLength(2);
    await clock.advance(minuteMs);
    await written(3);
    expect(shown()[2]?.series?.count).toBe(31);
  });

  it('shows its last count when it is over; later it is another event', async () => {
    const recorder = start();
    recorder.record(happened());
    await written(1);
    await api.idle();
    for (let time = 0; time < 4; time += 1) recorder.record(happened());
    await written(2);
    await api.idle();
    recorder.record(happened());
    await clock.advance(6 * minuteMs);
    await written(3);
    await api.idle();
    expect(shown()[2]?.series?.count).toBe(6);
    recorder.record(happened());
    await written(4);
    expect(writes()).toEqual(['POST', 'PATCH', 'PATCH', 'POST']);
  });

  it('is another event for another object, reason, type or action', async () => {
    const recorder = start();
    recorder.record(happened());
    recorder.record(happened('it grew', 'b'));
    recorder.record(happened('it grew', 'a', { reason: 'Shrunk' }));
    recorder.record(happened('it grew', 'a', { type: 'Warning' }));
    recorder.record(happened('it grew', 'a', { action: 'Shrink' }));
    await written(5);
    expect(writes()).toEqual(Array(5).fill('POST'));
    expect(server.table('events').list(new URLSearchParams(), undefined).body).toMatchObject({
      items: Array(5).fill({}),
    });
  });

  it('is written anew when the API server has forgotten it', async () => {
    const recorder = start();
    recorder.record(happened());
    await written(1);
    await api.idle();
    const event = server.requests[0]?.body as KubernetesObject | undefined;
    server.table('events').remove(`default/${event?.metadata.name}`);
    recorder.record(happened());
    await written(3);
    expect(writes()).toEqual(['POST', 'PATCH', 'POST']);
    expect(shown()[2]?.series?.count).toBe(2);
  });
});

describe('a recorder in trouble', () => {
  it('writes an event once, however often it must try', async () => {
    server.fault('reset', undefined, 2);
    server.fault('done-then-reset');
    start().record(happened());
    for (let count = 1; count <= 3; count += 1) {
      await written(count);
      await api.pass(5_000);
    }
    await written(4);
    await api.idle();
    expect(server.table('events').list(new URLSearchParams(), undefined).body).toMatchObject({ items: [{}] });
    expect(log.lines).toEqual([]);
  });

  it('gives up an event after twelve tries, and goes on with the next', async () => {
    server.fault({ status: 500 }, undefined, 12);
    const recorder = start();
    recorder.record(happened());
    for (let count = 1; count <= 12; count += 1) {
      await written(count);
      await api.pass(30_000);
    }
    recorder.record(happened('it grew', 'b'));
    await written(13);
    expect(log.of('warn').map(({ message }) => message)).toEqual(['an event cannot be written']);
  });

  it('does not try again what is refused', async () => {
    server.fault({ status: 403, reason: 'Forbidden' });
    start().record(happened());
    await until('it gives up', () => log.of('warn').length === 1);
    await api.pass(60_000);
    expect(writes()).toEqual(['POST']);
    expect(log.of('warn')[0]?.fields).toMatchObject({ code: 'US3003' });
  });

  it('drops what is too much, and says how much that was', async () => {
    server.fault('hang');
    const recorder = start({ maxWaiting: 10 });
    recorder.record(happened());
    await written(1);
    for (let index = 0; index < 25; index += 1) recorder.record(happened('it grew', `w${index}`));
    for (let time = 0; time < 2; time += 1) recorder.record(happened('it grew', 'w24'));
    await api.pass(31_000);
    await until('it says so', () => log.of('warn').length === 2);
    expect(log.of('warn')[1]?.fields).toEqual({ dropped: 17 });
    expect(writes().filter((method) => method === 'POST')).toHaveLength(12);
    // What was dropped is not taken for written.
    recorder.record(happened('it grew', 'w24'));
    await written(13);
    expect(writes()[12]).toBe('POST');
  });

  it('never throws into its caller', () => {
    const recorder = start();
    const broken = { ...happened(), regarding: undefined } as unknown as NewEvent;
    expect(() => recorder.record(broken)).not.toThrow();
    expect(log.of('error')).toHaveLength(1);
  });

  it('sends what waits when it is flushed, last counts too', async () => {
    const recorder = start();
    recorder.record(happened());
    await written(1);
    await api.idle();
    recorder.record(happened());
    await written(2);
    await api.idle();
    recorder.record(happened());
    stop.abort();
    await running;
    recorder.record(happened('the end', 'b'));
    await recorder.flush(new AbortController().signal);
    expect(writes()).toEqual(['POST', 'PATCH', 'POST', 'PATCH']);
    expect(shown()[3]?.series?.count).toBe(3);
  });
});
