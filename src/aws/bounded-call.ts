import { type CallNature, portErrorOf } from './errors.ts';

/** What a sender passes on to `client.send`. */
export interface SendOptions {
  readonly abortSignal: AbortSignal;
}

/**
 * Makes one read of AWS, bounded in time, its failure mapped to a `PortError`. Retries are the engine's affair.
 *
 * @param limit ends the call, body included; `AbortSignal.timeout(ms)`. Several calls may share one.
 *
 * @example
 * await readCall(AbortSignal.timeout(5_000), (options) => rds.send(new DescribeDBInstancesCommand({}), options));
 */
export function readCall<Output>(limit: AbortSignal, send: (options: SendOptions) => Promise<Output>): Promise<Output> {
  return bounded('read', limit, send);
}

/** The same for a call that changes something: whatever may have happened is `OutcomeUnknown`. */
export function mutatingCall<Output>(
  limit: AbortSignal,
  send: (options: SendOptions) => Promise<Output>,
): Promise<Output> {
  return bounded('mutate', limit, send);
}

async function bounded<Output>(
  nature: CallNature,
  limit: AbortSignal,
  send: (options: SendOptions) => Promise<Output>,
): Promise<Output> {
  // The SDK looks at the signal only once it has credentials, and finding those can hang as well: hence the race. A
  // request that has not left by then does not leave later, since the signal stays aborted.
  let stopWatching = (): void => {};
  const expired = new Promise<never>((_resolve, reject) => {
    const onAbort = (): void => reject(new CallTimeout());
    if (limit.aborted) onAbort();
    limit.addEventListener('abort', onAbort, { once: true });
    stopWatching = () => limit.removeEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([send({ abortSignal: limit }), expired]);
  } catch (error) {
    throw portErrorOf(limit.aborted && isAbort(error) ? new CallTimeout() : error, nature);
  } finally {
    stopWatching();
  }
}

/** No answer within the time that the caller allows. */
class CallTimeout extends Error {
  readonly code = 'ETIMEDOUT';

  constructor() {
    super('no answer in time');
    this.name = 'CallTimeout';
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error instanceof CallTimeout);
}
