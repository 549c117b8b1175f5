/**
 * Begins all of them, resolves as the first of them does, and ends the others: each is given a signal that aborts then,
 * or when `signal` does. It leaves nothing behind on a signal that lives as long as the process, as `AbortSignal.any`
 * does in Node 20.
 *
 * @see https://github.com/nodejs/node/issues/55351
 */
export async function firstOf<T>(
  signal: AbortSignal | null,
  ...beginnings: readonly ((stop: AbortSignal) => Promise<T>)[]
): Promise<T> {
  const over = new AbortController();
  const end = (): void => over.abort(isOver);
  if (signal?.aborted) end();
  else signal?.addEventListener('abort', end);
  try {
    return await Promise.race(beginnings.map((begin) => begin(over.signal)));
  } finally {
    signal?.removeEventListener('abort', end);
    end();
  }
}

/** A reason of our own: the default is a new exception with a stack, each time that anybody stops waiting. */
const isOver = new Error('something else came first');
