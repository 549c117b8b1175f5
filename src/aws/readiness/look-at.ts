import { PortError } from '../../failover/port-error.ts';
import { type Fact, known, unknown } from '../../failover/readiness/fact.ts';
import { reasonOf } from '../reason-of.ts';

/**
 * Looks at something, bounded in time. Whatever goes wrong makes the fact unknown, with the reason: one region that is
 * dark, or one permission that is missing, must not hide what the rest can tell.
 *
 * @param ms the longest that all of it may take.
 */
export async function lookAt<Value>(ms: number, read: (limit: AbortSignal) => Promise<Value>): Promise<Fact<Value>> {
  try {
    return known(await read(AbortSignal.timeout(ms)));
  } catch (error) {
    return unknown(whyOf(error));
  }
}

/** `AccessDenied: …`, in one line. */
export function whyOf(error: unknown): string {
  const reason = reasonOf(error).replaceAll(/\s+/g, ' ').trim();
  return error instanceof PortError && !reason.includes(error.code) ? `${error.code}: ${reason}` : reason;
}
