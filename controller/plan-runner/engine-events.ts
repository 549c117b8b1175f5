import type { EngineEvent } from '../../src/failover/events.ts';
import type { LogFields } from '../runtime/logger.ts';

/** An event of the engine in words: a line of the log, and for some an event on the plan. */
export interface EventWords {
  readonly level: 'info' | 'warn';
  readonly message: string;
  /** For `kubectl describe`; null for what only the log needs. */
  readonly kubernetes: { readonly type: 'Normal' | 'Warning'; readonly reason: string; readonly action: string } | null;
}

export function wordsOf(event: EngineEvent): EventWords {
  switch (event.kind) {
    case 'Verdict':
      return event.verdict === 'Up'
        ? say('info', `${event.site} is Up`, 'Normal', 'SiteUp', 'Observe')
        : say('warn', `${event.site} is ${event.verdict}`, 'Warning', `Site${event.verdict}`, 'Observe');
    case 'Hold': {
      if (event.reasons.length === 0) return { level: 'info', message: 'nothing is held any more', kubernetes: null };
      const said = event.reasons.map(({ message, clears }) => `${message} (what would change it: ${clears})`);
      return say('warn', `held: ${said.join('; ')}`, 'Warning', 'Held', 'Decide');
    }
    case 'OperationStarted':
    case 'OperationTakenOver':
    case 'OperationAborting':
      return say('warn', `${event.operationId}: ${event.message}`, 'Warning', event.kind, 'Operate');
    case 'OperationEnded': {
      const type = event.outcome === 'Succeeded' ? 'Normal' : 'Warning';
      return say(
        'warn',
        `${event.operationId} ${event.outcome.toLowerCase()}`,
        type,
        `Operation${event.outcome}`,
        'Operate',
      );
    }
    case 'Call':
      return say('warn', `${event.operationId}: calls ${event.message}`, 'Normal', 'IrreversibleCall', 'Operate');
    case 'Step':
      return { level: 'info', message: `${event.step} ${event.phase}: ${event.message}`, kubernetes: null };
    case 'FencePending':
    case 'UnfencePending':
      return say('warn', `${event.site}: ${event.message}`, 'Warning', event.kind, 'Fence');
    case 'Fenced':
    case 'Unfenced':
    case 'CleanedUp':
      return say('info', `${event.site}: ${event.message}`, 'Normal', event.kind, 'Fence');
    case 'LeaseLost':
    case 'Trouble':
      return { level: 'warn', message: event.message, kubernetes: null };
  }
}

/** What a program filters by: who, which plan, which operation. */
export function eventFields(key: string, event: EngineEvent): LogFields {
  const { atMs: _time, kind, plan: _name, ...rest } = event;
  const { message: _said, reasons: _reasons, ...fields } = { message: '', reasons: [], ...rest };
  const epoch = 'operationId' in event ? { epoch: Number(event.operationId.split('#').at(-1)) } : {};
  return { plan: key, event: kind, ...fields, ...epoch };
}

function say(
  level: EventWords['level'],
  message: string,
  type: 'Normal' | 'Warning',
  reason: string,
  action: string,
): EventWords {
  return { level, message, kubernetes: { type, reason, action } };
}
