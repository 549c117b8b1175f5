import type { EngineEvent } from '../../failover/events.ts';

/** What a line of a function's log tells a scenario. */
export type FunctionWord =
  | { readonly kind: 'Event'; readonly event: EngineEvent }
  /** An invocation of the failover function has ended; `quiet`: because nothing was wrong and nothing to be done. */
  | { readonly kind: 'InvocationEnded'; readonly invocation: string; readonly quiet: boolean };

interface LogLine {
  readonly time: string;
  readonly message: string;
  readonly function: string;
  /** Kind of the engine's event that the line is about. */
  readonly event?: EngineEvent['kind'];
  readonly result?: { readonly status?: string; readonly actor?: string };
}

const quietEnds = new Set(['Quiet', 'NotNeeded']);

/**
 * Reads a line as the functions write it; `null` for metrics, and for what a scenario does not want to know. An event
 * stands in it with all its fields, its time and kind by other names.
 */
export function wordOf(text: string): FunctionWord | null {
  const line = logLineOf(text);
  if (line === null) return null;
  const { time, event: kind, ...fields } = line;
  if (kind !== undefined) {
    return { kind: 'Event', event: { ...fields, kind, atMs: Date.parse(time) } as unknown as EngineEvent };
  }
  const { status, actor } = line.result ?? {};
  if (line.function !== 'failover' || status === undefined || actor === undefined) return null;
  return { kind: 'InvocationEnded', invocation: actor, quiet: quietEnds.has(status) };
}

/** Node itself writes lines too, which are no JSON. */
function logLineOf(text: string): LogLine | null {
  try {
    const line: unknown = JSON.parse(text);
    return typeof line === 'object' && line !== null && 'time' in line && 'message' in line ? (line as LogLine) : null;
  } catch {
    return null;
  }
}
