import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { WorkQueue } from '../../../controller/runtime/queue.ts';
import { settle, VirtualClock } from './virtual-clock.ts';

/** What a queue promises, in the plainest way that can be written: a table, looked through from end to end. */
interface Entry {
  due: boolean;
  inHand: boolean;
  /** Added while in hand. */
  again: boolean;
  dueAtMs: number | undefined;
  priority: number;
  /** When it became due, to tell who came first. */
  turn: number;
}

class Model {
  readonly entries = new Map<string, Entry>();
  nowMs = 0;
  turns = 0;

  entry(key: string): Entry {
    const found = this.entries.get(key) ?? {
      due: false,
      inHand: false,
      again: false,
      dueAtMs: undefined,
      priority: Number.NEGATIVE_INFINITY,
      turn: 0,
    };
    this.entries.set(key, found);
    return found;
  }

  add(key: string, priority: number, afterMs: number): void {
    const entry = this.entry(key);
    const raised = priority > entry.priority;
    entry.priority = Math.max(entry.priority, priority);
    if (entry.due) {
      if (raised) entry.turn = ++this.turns;
    } else if (!entry.again) {
      if (afterMs > 0) entry.dueAtMs = Math.min(entry.dueAtMs ?? Number.POSITIVE_INFINITY, this.nowMs + afterMs);
      else this.#makeDue(entry);
    }
  }

  advance(ms: number): void {
    this.nowMs += ms;
    const ripe = [...this.entries.values()].filter(({ dueAtMs }) => dueAtMs !== undefined && dueAtMs <= this.nowMs);
    for (const entry of ripe.sort((a, b) => (a.dueAtMs ?? 0) - (b.dueAtMs ?? 0))) this.#makeDue(entry);
  }

  next(): [string, Entry] | undefined {
    return [...this.entries]
      .filter(([, entry]) => entry.due)
      .sort(([, a], [, b]) => b.priority - a.priority || a.turn - b.turn)[0];
  }

  take(entry: Entry): number {
    const { priority } = entry;
    Object.assign(entry, { due: false, inHand: true, priority: Number.NEGATIVE_INFINITY });
    return priority;
  }

  done(key: string): void {
    const entry = this.entry(key);
    entry.inHand = false;
    if (entry.again) this.#makeDue(entry);
  }

  #makeDue(entry: Entry): void {
    entry.dueAtMs = undefined;
    entry.again = entry.inHand;
    if (entry.inHand) return;
    entry.due = true;
    entry.turn = ++this.turns;
  }
}

interface Real {
  readonly clock: VirtualClock;
  readonly queue: WorkQueue;
}

type Step = fc.AsyncCommand<Model, Real>;

function due(queue: WorkQueue): number {
  return [...queue.depths().values()].reduce((sum, depth) => sum + depth, 0);
}

class Add implements Step {
  readonly key: string;
  readonly priority: number;
  readonly afterMs: number;

  constructor(key: string, priority: number, afterMs: number) {
    this.key = key;
    this.priority = priority;
    this.afterMs = afterMs;
  }

  check(): boolean {
    return true;
  }

  async run(model: Model, { queue }: Real): Promise<void> {
    queue.add(this.key, { priority: this.priority, afterMs: this.afterMs });
    model.add(this.key, this.priority, this.afterMs);
  }

  toString(): string {
    return `add(${this.key}, priority ${this.priority}, after ${this.afterMs})`;
  }
}

class Take implements Step {
  check(model: Model): boolean {
    return model.next() !== undefined;
  }

  async run(model: Model, { queue }: Real): Promise<void> {
    const [key, entry] = model.next() ?? [];
    const item = await queue.get();
    expect(item).toEqual({ key, priority: entry === undefined ? undefined : model.take(entry) });
  }

  toString(): string {
    return 'take()';
  }
}

class Done implements Step {
  readonly key: string;

  constructor(key: string) {
    this.key = key;
  }

  check(model: Readonly<Model>): boolean {
    return model.entries.get(this.key)?.inHand ?? false;
  }

  async run(model: Model, { queue }: Real): Promise<void> {
    queue.done(this.key);
    model.done(this.key);
  }

  toString(): string {
    return `done(${this.key})`;
  }
}

class Pass implements Step {
  readonly ms: number;

  constructor(ms: number) {
    this.ms = ms;
  }

  check(): boolean {
    return true;
  }

  async run(model: Model, { clock, queue }: Real): Promise<void> {
    await clock.advance(this.ms);
    model.advance(this.ms);
    expect(due(queue)).toBe([...model.entries.values()].filter((entry) => entry.due).length);
  }

  toString(): string {
    return `pass(${this.ms})`;
  }
}

const key = fc.constantFrom('a', 'b', 'c', 'd');
const steps = fc.commands(
  [
    fc
      .tuple(key, fc.constantFrom(-1, 0, 10), fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 50 })))
      .map(([name, priority, afterMs]) => new Add(name, priority, afterMs)),
    fc.constant(new Take()),
    key.map((name) => new Done(name)),
    fc.integer({ min: 0, max: 60 }).map((ms) => new Pass(ms)),
  ],
  { maxCommands: 60 },
);

describe('a work queue, whatever is done to it', () => {
  it('does what its model does', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (commands) => {
        const clock = new VirtualClock();
        await fc.asyncModelRun(
          () => ({ model: new Model(), real: { clock, queue: new WorkQueue({ clock }) } }),
          commands,
        );
      }),
      { numRuns: 300 },
    );
  });

  it('gives a key to one of its workers at a time, and the last add of a key is always followed by work on it', async () => {
    const adds = fc.array(fc.record({ key, afterMs: fc.nat(30), workMs: fc.nat(40), priority: fc.nat(2) }), {
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(adds, fc.integer({ min: 1, max: 5 }), async (plan, workers) => {
        const clock = new VirtualClock();
        const queue = new WorkQueue({ clock });
        const inHand = new Set<string>();
        const addedAt = new Map<string, number>();
        const begunAt = new Map<string, number>();
        let moment = 0;
        let workMs = 0;
        const work = async (): Promise<void> => {
          for (let item = await queue.get(); item !== null; item = await queue.get()) {
            expect(inHand.has(item.key)).toBe(false);
            inHand.add(item.key);
            begunAt.set(item.key, ++moment);
            await clock.sleep(workMs);
            inHand.delete(item.key);
            queue.done(item.key);
          }
        };
        const all = Promise.all(Array.from({ length: workers }, work));
        for (const step of plan) {
          workMs = step.workMs;
          queue.add(step.key, { priority: step.priority, afterMs: step.afterMs });
          addedAt.set(step.key, ++moment);
          await clock.advance(step.workMs / 2);
        }
        await clock.advance(100_000);
        const down = queue.shutDown();
        await settle();
        await Promise.all([down, all]);
        for (const [name, at] of addedAt) expect(begunAt.get(name) ?? 0).toBeGreaterThan(at);
      }),
      { numRuns: 100 },
    );
  });
});
