import { beforeEach, describe, expect, it } from '@jest/globals';
import { WorkQueue } from '../../../controller/runtime/queue.ts';
import { settle, VirtualClock } from './virtual-clock.ts';

let clock: VirtualClock;
let queue: WorkQueue;

beforeEach(() => {
  clock = new VirtualClock();
  queue = new WorkQueue({ clock });
});

/** The keys that are due now, in the order in which workers get them. */
async function takeAll(): Promise<string[]> {
  const keys: string[] = [];
  while ([...queue.depths().values()].some((depth) => depth > 0)) keys.push((await queue.get())?.key ?? 'none');
  return keys;
}

describe('a work queue', () => {
  it('hands out a key once, however often it was added', async () => {
    queue.add('a');
    queue.add('b');
    queue.add('a');
    expect(await takeAll()).toEqual(['a', 'b']);
  });

  it('hands a key that was added while in hand out once more, after it is given back', async () => {
    queue.add('a');
    await queue.get();
    queue.add('a');
    queue.add('a');
    expect(await takeAll()).toEqual([]);
    queue.done('a');
    expect(await takeAll()).toEqual(['a']);
    queue.done('a');
    expect(await takeAll()).toEqual([]);
  });

  it('hands higher priorities out first, and first come, first served within one', async () => {
    queue.add('calm-1');
    queue.add('trouble-1', { priority: 10 });
    queue.add('calm-2');
    queue.add('trouble-2', { priority: 10 });
    queue.add('idle', { priority: -10 });
    expect(await takeAll()).toEqual(['trouble-1', 'trouble-2', 'calm-1', 'calm-2', 'idle']);
  });

  it('raises the priority of a key that waits, and never lowers it', async () => {
    queue.add('a');
    queue.add('b');
    queue.add('b', { priority: 10 });
    queue.add('b', { priority: 0 });
    expect(queue.depths()).toEqual(
      new Map([
        [0, 1],
        [10, 1],
      ]),
    );
    expect(await queue.get()).toEqual({ key: 'b', priority: 10 });
    queue.add('b', { priority: 3 });
    queue.done('b');
    expect(await queue.get()).toEqual({ key: 'b', priority: 3 });
  });

  it('gives a key to a worker that waits already', async () => {
    const first = queue.get();
    const second = queue.get();
    queue.add('a');
    queue.add('b');
    expect([(await first)?.key, (await second)?.key]).toEqual(['a', 'b']);
  });

  it('refuses a key back that it did not hand out', () => {
    expect(() => queue.done('a')).toThrow('a is given back');
  });
});

describe('a delay', () => {
  it('holds a key back until it is due', async () => {
    queue.add('a', { afterMs: 1_000 });
    await clock.advance(999);
    expect(await takeAll()).toEqual([]);
    await clock.advance(1);
    expect(await takeAll()).toEqual(['a']);
  });

  it('is the sooner of two, with the higher priority', async () => {
    queue.add('a', { afterMs: 500, priority: 1 });
    queue.add('a', { afterMs: 900, priority: 5 });
    await clock.advance(500);
    expect(await queue.get()).toEqual({ key: 'a', priority: 5 });
    queue.done('a');
    await clock.advance(10_000);
    expect(await takeAll()).toEqual([]);
  });

  it('is over when the key is added without one', async () => {
    queue.add('a', { afterMs: 500, priority: 7 });
    queue.add('a');
    expect(await queue.get()).toEqual({ key: 'a', priority: 7 });
    queue.done('a');
    await clock.advance(500);
    expect(await takeAll()).toEqual([]);
    expect(clock.sleeping()).toEqual([]);
  });

  it('that ends while the key is in hand brings it once more', async () => {
    queue.add('a');
    await queue.get();
    queue.add('a', { afterMs: 100 });
    await clock.advance(100);
    expect(await takeAll()).toEqual([]);
    queue.done('a');
    expect(await takeAll()).toEqual(['a']);
  });

  it('may be longer than a timer can be', async () => {
    queue.add('a', { afterMs: Number.POSITIVE_INFINITY });
    expect(clock.sleeping()).toEqual([2 ** 31 - 1]);
  });
});

describe('a retry', () => {
  it('waits 5 ms, then twice as long each time, at most 1000 s', async () => {
    const delaysMs: (number | undefined)[] = [];
    for (let failure = 0; failure < 20; failure += 1) {
      queue.retry('a');
      delaysMs.push(clock.sleeping()[0]);
      await clock.advance(1_000_000);
      await takeAll();
      queue.done('a');
    }
    expect(delaysMs.slice(0, 4)).toEqual([5, 10, 20, 40]);
    expect(delaysMs.slice(-3)).toEqual([655_360, 1_000_000, 1_000_000]);
    expect(queue.failuresOf('a')).toBe(20);
  });

  it('begins anew once the key is forgotten; keys do not share it', () => {
    queue.retry('a');
    queue.retry('a');
    queue.forget('a');
    queue.retry('b');
    expect(queue.failuresOf('a')).toBe(0);
    expect(queue.failuresOf('b')).toBe(1);
  });

  it('keeps the priority that it is given', async () => {
    queue.retry('a', 10);
    await clock.advance(5);
    expect(await queue.get()).toEqual({ key: 'a', priority: 10 });
  });
});

describe('shutting down', () => {
  it('lets workers finish what is due, drops what is delayed, and takes nothing more', async () => {
    queue.add('in-hand');
    await queue.get();
    queue.add('in-hand');
    queue.add('due');
    queue.add('delayed', { afterMs: 10 });
    let over = false;
    const down = queue.shutDown().then(() => {
      over = true;
    });
    queue.add('late');
    queue.retry('late');
    expect(await takeAll()).toEqual(['due']);
    queue.done('due');
    queue.done('in-hand');
    expect(await takeAll()).toEqual(['in-hand']);
    await settle();
    expect(over).toBe(false);
    queue.done('in-hand');
    await down;
    expect(await queue.get()).toBeNull();
    expect(clock.sleeping()).toEqual([]);
  });

  it('with `drop` waits only for what is in hand', async () => {
    queue.add('in-hand');
    queue.add('due');
    await queue.get();
    queue.add('in-hand');
    const down = queue.shutDown('drop');
    expect(await queue.get()).toBeNull();
    queue.done('in-hand');
    await down;
    expect(await queue.get()).toBeNull();
  });

  it('sends workers home that wait', async () => {
    const worker = queue.get();
    await queue.shutDown();
    expect(await worker).toBeNull();
  });
});

describe('what is measured', () => {
  it('is each add that counts, each retry, and how long keys waited and were worked on', async () => {
    const heard: string[] = [];
    queue = new WorkQueue({
      clock,
      metrics: {
        added: () => heard.push('added'),
        retried: () => heard.push('retried'),
        started: (waitedMs) => heard.push(`started ${waitedMs}`),
        finished: (workedMs) => heard.push(`finished ${workedMs}`),
      },
    });
    queue.add('a');
    queue.add('a');
    await clock.advance(30);
    await queue.get();
    await clock.advance(70);
    expect(queue.runningMs()).toEqual([70]);
    queue.retry('a');
    queue.done('a');
    await clock.advance(5);
    await queue.get();
    expect(heard).toEqual(['added', 'started 30', 'retried', 'finished 70', 'added', 'started 0']);
  });
});
