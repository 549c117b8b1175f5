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

const longestReason = 300;

/**
 * `AccessDenied: …`, in one line, and the same each time: EC2 adds a long text to a refusal that only
 * DecodeAuthorizationMessage reads, and that is never the same twice.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
 */
export function whyOf(error: unknown): string {
  const text = reasonOf(error)
    .replaceAll(/\s+/g, ' ')
    .replace(/\s*Encoded authorization failure message:.*/, '')
    .trim();
  const reason = error instanceof PortError && !text.includes(error.code) ? `${error.code}: ${text}` : text;
  return reason.length > longestReason ? `${reason.slice(0, longestReason - 1)}…` : reason;
}
