import { beforeEach, describe, expect, it } from '@jest/globals';
import { Coalescer, type CoalescerOptions } from '../../../src/aws/together/coalescer.ts';
import { PortError } from '../../../src/failover/port-error.ts';
import { settle, VirtualClock } from '../../controller/runtime/virtual-clock.ts';

const windowMs = 100;
const patienceMs = 1_000;

let clock: VirtualClock;
/** Questions of each call. */
let calls: string[][];

beforeEach(() => {
  clock = new VirtualClock();
  calls = [];
});

type Options = CoalescerOptions<string, string>;

/** Answers each question in capitals. */
function coalescer(changes: Partial<Options> = {}): Coalescer<string, string> {
  const together = changes.together ?? (async (names: readonly string[]) => answersOf(names));
  const alone = changes.alone ?? (async (name: string) => name.toUpperCase());
  return new Coalescer<string, string>({
    clock,
    nameOf: (name) => name,
    most: 3,
    windowMs,
    patienceMs,
    ...changes,
    together: (names, limit) => {
      calls.push([...names]);
      return together(names, limit);
    },
    alone: (name, limit) => {
      calls.push([name]);
      return alone(name, limit);
    },
  });
}

function answersOf(names: readonly string[]): ReadonlyMap<string, string> {
  return new Map(names.map((name) => [name, name.toUpperCase()]));
}

const never = new AbortController().signal;

/** What came of each, as soon as the time has passed. */
async function outcomesAfter(ms: number, asked: readonly Promise<string>[]): Promise<(string | undefined)[]> {
  const outcomes: (string | undefined)[] = asked.map(() => undefined);
  asked.forEach((each, index) => {
    each.then(
      (answer) => {
        outcomes[index] = answer;
      },
      (error: unknown) => {
        outcomes[index] = error instanceof PortError ? error.code : String(error);
      },
    );
  });
  await clock.advance(ms);
  await settle();
  return outcomes;
}

function refused(code: string): PortError {
  return new PortError('Refused', code, code);
}

describe('a coalescer', () => {
  it('asks what comes within a window by one call', async () => {
    const shared = coalescer();
    const asked = ['a', 'b'].map((name) => shared.ask(name, never));
    expect(await outcomesAfter(windowMs, asked)).toEqual(['A', 'B']);
    expect(calls).toEqual([['a', 'b']]);
  });

  it('waits no longer once a call is full', async () => {
    const shared = coalescer();
    const asked = ['a', 'b', 'c', 'd'].map((name) => shared.ask(name, never));
    expect(await outcomesAfter(0, asked)).toEqual(['A', 'B', 'C', undefined]);
    expect(await outcomesAfter(windowMs, asked)).toEqual(['A', 'B', 'C', 'D']);
    expect(calls).toEqual([['a', 'b', 'c'], ['d']]);
  });

  it('makes the plain call for one that nobody joins', async () => {
    const together = async (): Promise<never> => {
      throw refused('not to be asked so');
    };
    expect(await outcomesAfter(windowMs, [coalescer({ together }).ask('a', never)])).toEqual(['A']);
  });

  it('asks the same thing once', async () => {
    const shared = coalescer();
    const asked = ['a', 'b', 'a'].map((name) => shared.ask(name, never));
    expect(await outcomesAfter(windowMs, asked)).toEqual(['A', 'B', 'A']);
    expect(calls).toEqual([['a', 'b']]);
  });

  it('lets nobody join a call that has left: its answer could be older than the question', async () => {
    let answer = (): void => {};
    const gate = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const shared = coalescer({
      together: async (names) => {
        if (calls.length === 1) await gate;
        return answersOf(names);
      },
    });
    const first = ['a', 'b'].map((name) => shared.ask(name, never));
    await clock.advance(windowMs);
    const second = ['a', 'c'].map((name) => shared.ask(name, never));
    expect(await outcomesAfter(windowMs, [...first, ...second])).toEqual([undefined, undefined, 'A', 'C']);
    answer();
    expect(await outcomesAfter(0, first)).toEqual(['A', 'B']);
  });

  it('asks alone what a call leaves out', async () => {
    const together = async (): Promise<ReadonlyMap<string, string>> => answersOf(['a']);
    const shared = coalescer({ together });
    const asked = ['a', 'b'].map((name) => shared.ask(name, never));
    expect(await outcomesAfter(windowMs, asked)).toEqual(['A', 'B']);
    expect(calls).toEqual([['a', 'b'], ['b']]);
  });

  it('asks each alone when a call hangs, however deaf it is', async () => {
    const shared = coalescer({ together: () => new Promise(() => {}) });
    const asked = ['a', 'b'].map((name) => shared.ask(name, never));
    expect(await outcomesAfter(windowMs + patienceMs - 1, asked)).toEqual([undefined, undefined]);
    expect(await outcomesAfter(1, asked)).toEqual(['A', 'B']);
  });

  it('keeps what spoils a call out of the next ones, for a while', async () => {
    const spoilt = async (names: readonly string[]) => {
      if (names.includes('bad')) throw refused('ResourceNotFoundException');
      return answersOf(names);
    };
    const shared = coalescer({
      together: spoilt,
      alone: async (name) => {
        if (name === 'bad') throw refused('ResourceNotFoundException');
        return name.toUpperCase();
      },
      apartMs: 60_000,
    });
    const ask = () => ['a', 'bad', 'b'].map((name) => shared.ask(name, never));
    expect(await outcomesAfter(windowMs, ask())).toEqual(['A', 'ResourceNotFoundException', 'B']);
    calls = [];
    expect(await outcomesAfter(windowMs, ask())).toEqual(['A', 'ResourceNotFoundException', 'B']);
    expect(calls).toEqual([['bad'], ['a', 'b']]);
    await clock.advance(60_000);
    calls = [];
    await outcomesAfter(windowMs, ask());
    expect(calls[0]).toEqual(['a', 'bad', 'b']);
  });

  it('keeps apart what only says of itself that it can spoil', async () => {
    const shared = coalescer({
      together: async (names) => {
        if (names.includes('nobody')) throw refused('DBInstanceNotFound');
        return answersOf(names);
      },
      canSpoil: (answer) => answer === 'NOBODY',
    });
    const ask = () => ['a', 'nobody', 'b'].map((name) => shared.ask(name, never));
    expect(await outcomesAfter(windowMs, ask())).toEqual(['A', 'NOBODY', 'B']);
    calls = [];
    expect(await outcomesAfter(windowMs, ask())).toEqual(['A', 'NOBODY', 'B']);
    expect(calls).toEqual([['nobody'], ['a', 'b']]);
  });

  it('makes plain calls, for a while, where it is the call that is not allowed', async () => {
    const together = async (): Promise<never> => {
      throw refused('AccessDeniedException');
    };
    const shared = coalescer({ together, apartMs: 60_000 });
    const ask = () => ['a', 'b'].map((name) => shared.ask(name, never));
    expect(await outcomesAfter(windowMs, ask())).toEqual(['A', 'B']);
    calls = [];
    expect(await outcomesAfter(0, ask())).toEqual(['A', 'B']);
    expect(calls).toEqual([['a'], ['b']]);
    await clock.advance(60_000);
    calls = [];
    await outcomesAfter(windowMs, ask());
    expect(calls[0]).toEqual(['a', 'b']);
  });

  it('does not answer throttling with more calls', async () => {
    const together = async (): Promise<never> => {
      throw new PortError('Retryable', 'ThrottlingException', 'Rate exceeded');
    };
    const shared = coalescer({ together });
    const asked = ['a', 'b'].map((name) => shared.ask(name, never));
    expect(await outcomesAfter(windowMs, asked)).toEqual(['ThrottlingException', 'ThrottlingException']);
    expect(calls).toHaveLength(1);
  });

  it('asks no more alone at once than it may, and gives up whoever waits too long', async () => {
    const late = new AbortController();
    const shared = coalescer({
      together: async () => {
        throw new PortError('Retryable', 'ECONNREFUSED', 'nobody there');
      },
      alone: () => new Promise(() => {}),
      aloneAtOnce: 2,
    });
    const asked = ['a', 'b', 'c'].map((name) => shared.ask(name, late.signal));
    await outcomesAfter(windowMs, asked);
    expect(calls).toEqual([['a', 'b', 'c'], ['a'], ['b']]);
    late.abort();
    expect(await outcomesAfter(0, asked)).toEqual([undefined, undefined, 'ECONNREFUSED']);
  });
});
