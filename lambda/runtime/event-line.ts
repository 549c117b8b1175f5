import type { EngineEvent } from '../../src/failover/events.ts';
import type { Facts, Level, Log } from './log.ts';

/** Writes an event of the engine as one line: what people read at 03:00, and what programs filter by. */
export function logEngineEvent(log: Log, event: EngineEvent): void {
  const { atMs: _time, kind, message: _said, ...rest } = { message: '', ...event };
  const { level, message } = wordsOf(event);
  log.write(level, message, { event: kind, ...rest, ...operationOf(event) });
}

/** The epoch is in the operation's id, `<plan>#<epoch>`. */
function operationOf(event: EngineEvent): Facts {
  if (!('operationId' in event)) return {};
  return { operationId: event.operationId, epoch: Number(event.operationId.split('#').at(-1)) };
}

function wordsOf(event: EngineEvent): { readonly level: Level; readonly message: string } {
  switch (event.kind) {
    case 'Verdict':
      return { level: event.verdict === 'Up' ? 'info' : 'warn', message: `${event.site} is ${event.verdict}` };
    case 'Hold':
      return event.reasons.length === 0
        ? { level: 'info', message: 'nothing is held any more' }
        : { level: 'warn', message: `held: ${event.reasons.map((reason) => reason.message).join('; ')}` };
    case 'OperationEnded':
      return { level: 'warn', message: event.outcome };
    case 'OperationStarted':
    case 'OperationTakenOver':
    case 'OperationAborting':
    case 'LeaseLost':
    case 'FencePending':
    case 'UnfencePending':
    case 'Trouble':
      return { level: 'warn', message: event.message };
    default:
      return { level: 'info', message: event.message };
  }
}
