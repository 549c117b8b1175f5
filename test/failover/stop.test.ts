import { describe, expect, it } from '@jest/globals';
import { Stop, type StopSignal } from '../../src/failover/stop.ts';

/** Both kinds of signal, each with the way to abort it. */
const kinds: readonly { name: string; make: () => { signal: StopSignal; abort: () => void } }[] = [
  {
    name: 'a Stop',
    make: () => {
      const stop = new Stop();
      return { signal: stop, abort: () => stop.abort() };
    },
  },
  {
    name: 'an AbortSignal',
    make: () => {
      const controller = new AbortController();
      return { signal: controller.signal, abort: () => controller.abort() };
    },
  },
];

describe.each(kinds)('$name', ({ make }) => {
  it('tells everyone who listens, once, in the order in which they came', () => {
    const { signal, abort } = make();
    const heard: string[] = [];
    for (const name of ['one', 'other']) signal.addEventListener('abort', () => heard.push(name));
    expect(signal.aborted).toBe(false);
    abort();
    abort();
    expect(signal.aborted).toBe(true);
    expect(heard).toEqual(['one', 'other']);
  });

  it('tells nobody who no longer listens, or came too late', () => {
    const { signal, abort } = make();
    const heard: string[] = [];
    const gone = (): void => void heard.push('gone');
    signal.addEventListener('abort', gone);
    signal.removeEventListener('abort', gone);
    abort();
    signal.addEventListener('abort', () => heard.push('late'));
    expect(heard).toEqual([]);
  });

  it('is aborted already when it tells of it', () => {
    const { signal, abort } = make();
    let wasAborted = false;
    signal.addEventListener('abort', () => {
      wasAborted = signal.aborted;
    });
    abort();
    expect(wasAborted).toBe(true);
  });
});
