import { describe, expect, it } from '@jest/globals';
import { deadlineOf } from '../../lambda/runtime/deadline.ts';
import { UnderstudyError } from '../../src/api/errors.ts';
import { eventually } from '../sandbox/eventually.ts';

const contextWith = (remainingMs: number) => ({ getRemainingTimeInMillis: () => remainingMs });

describe('the deadline of an invocation', () => {
  it('comes before the time limit', async () => {
    const { signal, clear } = deadlineOf(contextWith(100), 60, 20);
    expect(signal.aborted).toBe(false);
    await eventually('the signal aborts', () => signal.aborted);
    clear();
  });

  it('does not go off once it is cleared', async () => {
    const cleared = deadlineOf(contextWith(10), 0, 0);
    cleared.clear();
    const later = deadlineOf(contextWith(30), 0, 0);
    await eventually('a later one goes off', () => later.signal.aborted);
    expect(cleared.signal.aborted).toBe(false);
  });

  it('refuses to begin what cannot be ended', () => {
    expect(() => deadlineOf(contextWith(79), 60, 20)).toThrow(UnderstudyError);
    expect(() => deadlineOf(contextWith(79), 60, 20)).toThrow('79 ms are left');
  });
});
