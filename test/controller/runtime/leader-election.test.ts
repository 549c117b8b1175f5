import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type ElectionEnd,
  LeaderElection,
  type LeaderElectionOptions,
} from '../../../controller/runtime/leader-election.ts';
import { microTime } from '../../../controller/runtime/micro-time.ts';
import { FakeApiServer, type SeenRequest } from './fake-api-server.ts';
import { LogLines } from './log-lines.ts';
import { ObservedApiClient } from './observed-api-client.ts';
import { until } from './until.ts';
import { VirtualClock } from './virtual-clock.ts';

const key = 'system/controller';

let server: FakeApiServer;
let api: ObservedApiClient;
let clock: VirtualClock;
let candidates: Candidate[];

beforeEach(async () => {
  server = await FakeApiServer.start();
  clock = new VirtualClock();
  api = new ObservedApiClient(server, clock);
  candidates = [];
});
afterEach(async () => {
  for (const { stop } of candidates) stop.abort();
  await Promise.all(candidates.map(({ end }) => end));
  api.close();
  await server.stop();
});

interface Candidate {
  readonly election: LeaderElection;
  readonly stop: AbortController;
  readonly end: Promise<ElectionEnd>;
  readonly heard: boolean[];
  readonly log: LogLines;
}

function stand(identity: string, options: Partial<LeaderElectionOptions> = {}): Candidate {
  const heard: boolean[] = [];
  const log = new LogLines();
  const election = new LeaderElection({
    api,
    clock,
    logger: log,
    lease: { name: 'controller', namespace: 'system' },
    identity,
    random: () => 0,
    onLeading: (leading) => heard.push(leading),
    ...options,
  });
  const stop = new AbortController();
  const candidate = { election, stop, heard, log, end: election.run(stop.signal) };
  candidates.push(candidate);
  return candidate;
}

const lease = () => server.table('leases').get(key) as { spec?: Record<string, unknown> } | undefined;
const writes = () => server.requests.filter(({ method }) => method !== 'GET').length;
const isWrite = ({ method }: SeenRequest) => method === 'PUT';
const leads = ({ election }: Candidate) => until('it leads', () => election.isLeader());

const pass = (ms: number) => api.pass(ms);

describe('an election', () => {
  it('makes the lease when there is none', async () => {
    const one = stand('one');
    await leads(one);
    expect(one.heard).toEqual([true]);
    expect(lease()?.spec).toEqual({
      holderIdentity: 'one',
      leaseDurationSeconds: 15,
      acquireTime: '2026-01-01T00:00:00.250000Z',
      renewTime: '2026-01-01T00:00:00.250000Z',
      leaseTransitions: 0,
    });
  });

  it('renews every two seconds, in one call, and keeps the time of acquisition', async () => {
    const one = stand('one');
    await leads(one);
    const before = server.requests.length;
    await pass(20_000);
    expect(server.requests.slice(before).map(({ method }) => method)).toEqual(Array(10).fill('PUT'));
    expect(one.election.isLeader()).toBe(true);
    expect(lease()?.spec).toMatchObject({
      acquireTime: '2026-01-01T00:00:00.250000Z',
      renewTime: '2026-01-01T00:00:20.250000Z',
    });
  });

  it('leaves a lease alone that is renewed, and takes it 15 s after the last renewal that it saw', async () => {
    const one = stand('one');
    await leads(one);
    const two = stand('two');
    await pass(60_000);
    expect(two.election.isLeader()).toBe(false);
    expect(two.election.holder).toBe('one');
    server.fault('hang', ({ method, body }) => method === 'PUT' && JSON.stringify(body).includes('"one"'), 99);
    await pass(14_000);
    expect(two.election.isLeader()).toBe(false);
    expect(await one.end).toBe('lost');
    await pass(6_000);
    expect(two.election.isLeader()).toBe(true);
    expect(lease()?.spec).toMatchObject({ holderIdentity: 'two', leaseTransitions: 1 });
  });

  it('trusts no clock but its own monotonic one', async () => {
    const longAgo = microTime(0);
    const held = { holderIdentity: 'other', leaseDurationSeconds: 15, renewTime: longAgo, acquireTime: longAgo };
    const object = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'controller', namespace: 'system' },
    };
    server.table('leases').put({ ...object, spec: held } as typeof object);
    const one = stand('one');
    await until('the lease is seen', () => one.election.holder === 'other');
    clock.jumpWall(86_400_000);
    await pass(14_000);
    expect(one.election.isLeader()).toBe(false);
    clock.jumpWall(-2 * 86_400_000);
    await pass(4_000);
    expect(one.election.isLeader()).toBe(true);
    clock.jumpWall(365 * 86_400_000);
    await pass(10_000);
    expect(one.election.isLeader()).toBe(true);
    expect(one.heard).toEqual([true]);
  });

  it('is won by one of those who try at once', async () => {
    const all = ['one', 'two', 'three'].map((identity) => stand(identity));
    await until('one leads', () => all.some(({ election }) => election.isLeader()));
    await pass(30_000);
    expect(all.filter(({ election }) => election.isLeader())).toHaveLength(1);
  });

  it('never has two leaders, whatever the API server does', async () => {
    const all = ['one', 'two', 'three'].map((identity) => stand(identity));
    for (const [round, fault] of (['reset', 'hang', 'done-then-reset', { status: 500 }] as const).entries()) {
      server.fault(fault, ({ method }) => method === 'PUT', 6 + round);
      for (let second = 0; second < 40; second += 1) {
        await pass(1_000);
        expect(all.filter(({ election }) => election.isLeader()).length).toBeLessThan(2);
      }
    }
    expect(all.flatMap(({ heard }) => heard)).toContain(true);
  });
});

describe('a leader', () => {
  it('steps down 10 s after its last renewal began, at once, when the API server is gone', async () => {
    const one = stand('one');
    await leads(one);
    server.fault('reset', () => true, 99);
    await pass(9_000);
    expect(one.heard).toEqual([true]);
    await pass(1_000);
    expect(await one.end).toBe('lost');
    expect(one.heard).toEqual([true, false]);
    expect(one.log.of('error').map(({ message }) => message)).toEqual([
      'no longer the leader: the lease was not renewed in time',
    ]);
  });

  it('steps down in time when renewals hang', async () => {
    const one = stand('one');
    await leads(one);
    server.fault('hang', isWrite, 99);
    await pass(10_000);
    expect(await one.end).toBe('lost');
  });

  it('counts from when a slow renewal began, not from when it was answered', async () => {
    const one = stand('one');
    await leads(one);
    server.fault('slow', isWrite, 1);
    await clock.advance(2_000);
    await until('it renews', () => server.seen('PUT').length === 1);
    await clock.advance(5_000);
    server.fault('reset', () => true, 99);
    server.release();
    await pass(4_000);
    expect(one.election.isLeader()).toBe(true);
    await pass(1_000);
    expect(await one.end).toBe('lost');
  });

  it('outlasts an API server that is away for some seconds', async () => {
    const one = stand('one');
    await leads(one);
    server.fault({ status: 503 }, () => true, 3);
    await pass(20_000);
    expect(one.heard).toEqual([true]);
    expect(one.log.of('warn')).toHaveLength(3);
  });

  it('stays the leader when its renewal was carried out but not answered', async () => {
    const one = stand('one');
    await leads(one);
    server.fault('done-then-reset', isWrite, 1);
    await pass(20_000);
    expect(one.heard).toEqual([true]);
  });

  it('knows that it may no longer lead as soon as it wakes from a stall, and writes nothing', async () => {
    const one = stand('one');
    await leads(one);
    await pass(2_000);
    const before = writes();
    clock.stall(10_000);
    expect(one.election.isLeader()).toBe(false);
    expect(one.heard).toEqual([true]);
    await pass(1_000);
    expect(await one.end).toBe('lost');
    expect(writes()).toBe(before);
  });

  it('steps down at once when somebody else has the lease', async () => {
    const one = stand('one');
    await leads(one);
    const stolen = server.table('leases').get(key);
    if (stolen === undefined) throw new Error('there is no lease');
    server.table('leases').put({ ...stolen, spec: { ...lease()?.spec, holderIdentity: 'thief' } } as typeof stolen);
    await pass(2_000);
    expect(await one.end).toBe('lost');
    expect(one.election.holder).toBe('thief');
    expect(lease()?.spec?.holderIdentity).toBe('thief');
  });

  it('gives the lease back when it stops, so that the next one need not wait', async () => {
    const one = stand('one');
    await leads(one);
    const two = stand('two');
    await pass(4_000);
    one.stop.abort();
    expect(await one.end).toBe('stopped');
    expect(one.heard).toEqual([true, false]);
    expect(lease()?.spec).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
    await pass(2_000);
    expect(two.election.isLeader()).toBe(true);
  });

  it('does not give back what somebody else has taken meanwhile', async () => {
    const one = stand('one');
    await leads(one);
    const stolen = server.table('leases').get(key);
    if (stolen === undefined) throw new Error('there is no lease');
    server.table('leases').put({ ...stolen, spec: { ...lease()?.spec, holderIdentity: 'thief' } } as typeof stolen);
    one.stop.abort();
    await one.end;
    expect(lease()?.spec?.holderIdentity).toBe('thief');
    expect(one.heard).toEqual([true, false]);
  });

  it('gives the lease back even if a renewal was under way', async () => {
    const one = stand('one');
    await leads(one);
    server.fault('hang', isWrite, 1);
    await pass(3_000);
    one.stop.abort();
    await one.end;
    expect(lease()?.spec?.holderIdentity).toBe('');
  });

  it('leaves the lease of another alone when it stops', async () => {
    const one = stand('one');
    await leads(one);
    const two = stand('two');
    await until('it has looked', () => two.election.holder === 'one');
    two.stop.abort();
    expect(await two.end).toBe('stopped');
    expect(lease()?.spec?.holderIdentity).toBe('one');
    expect(two.heard).toEqual([]);
  });
});

it('refuses durations that cannot work together', () => {
  expect(() => stand('one', { renewDeadlineMs: 15_000 })).toThrow(RangeError);
  expect(() => stand('one', { retryPeriodMs: 9_000 })).toThrow(RangeError);
});
