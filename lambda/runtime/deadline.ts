import type { Context } from 'aws-lambda';
import { UnderstudyError } from '../../src/api/errors.ts';

/** Ends work before Lambda ends the process, which it does without a word. */
export interface Deadline {
  /** Aborts `reserveMs` before the invocation's time limit. */
  readonly signal: AbortSignal;
  /** Frees the timer, which would otherwise go off in the next invocation. */
  clear(): void;
}

/**
 * @param reserveMs what is kept for ending: a call under way, a journal to write.
 * @param leastMs below this there is no use in beginning.
 * @throws UnderstudyError US2008 if there is less time than that.
 */
export function deadlineOf(
  context: Pick<Context, 'getRemainingTimeInMillis'>,
  reserveMs: number,
  leastMs: number,
): Deadline {
  const remainingMs = context.getRemainingTimeInMillis();
  const usableMs = remainingMs - reserveMs;
  if (usableMs < leastMs) {
    const message = `${remainingMs} ms are left, ${reserveMs} ms of them to end in, and ${leastMs} ms are needed to begin`;
    throw new UnderstudyError('US2008', message);
  }
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), usableMs);
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
}
