import { Stop, type StopSignal } from './stop.ts';

/**
 * Begins all of them, resolves as the first of them does, and ends the others: each is given a signal that aborts then,
 * or when `signal` does. It leaves nothing behind on a signal that lives as long as the process, as `AbortSignal.any`
 * does in Node 20.
 *
 * @see https://github.com/nodejs/node/issues/55351
 */
export async function firstOf<T>(
  signal: StopSignal | null,
  ...beginnings: readonly ((stop: StopSignal) => Promise<T>)[]
): Promise<T> {
  const over = new Stop();
  const end = (): void => over.abort();
  if (signal?.aborted) end();
  else signal?.addEventListener('abort', end);
  try {
    return await race(beginnings.map((begin) => begin(over)));
  } finally {
    signal?.removeEventListener('abort', end);
    end();
  }
}

/** As `Promise.race`, which settles its promise again with each that comes later: Node listens to that, at a price. */
function race<T>(all: readonly Promise<T>[]): Promise<T> {
  return new Promise((resolve, reject) => {
    let isOver = false;
    const once =
      <V>(settle: (value: V) => void) =>
      (value: V): void => {
        if (isOver) return;
        isOver = true;
        settle(value);
      };
    for (const each of all) each.then(once(resolve), once(reject));
  });
}
