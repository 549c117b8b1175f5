import type { Site } from '../../api/site.ts';
import type { EngineEvent } from '../../failover/events.ts';
import type { StoryEntry } from './story.ts';

/** An engine event as a line of the timeline; `null` for what only a log wants. */
export function narrate(event: EngineEvent, regionOf: (site: Site) => string): StoryEntry | null {
  const line = (subject: string, text: string): StoryEntry => ({ atMs: event.atMs, subject, text });
  switch (event.kind) {
    case 'Verdict':
      return line('verdict', `${regionOf(event.site)} is ${verdictWords[event.verdict]}`);
    case 'Hold':
      return event.reasons.length === 0 ? null : line('hold', event.reasons.map(({ message }) => message).join('; '));
    case 'OperationStarted':
      return line('failover', `${event.operationId} starts: ${event.message}`);
    case 'OperationTakenOver':
      return line('failover', `${event.operationId} taken over by ${event.actor} ${event.message}`);
    case 'OperationAborting':
      return line('abort', `${event.operationId}: ${event.message}`);
    case 'Call':
      return line('call', event.message);
    case 'Step':
      return settledPhases.has(event.phase)
        ? line(event.step, `${phaseWords[event.phase] ?? ''}${event.message}`)
        : null;
    case 'OperationEnded':
      return line('failover', `${event.operationId} ${event.outcome.toLowerCase()}`);
    case 'FencePending':
      return line('fence', `${regionOf(event.site)} is not proven fenced: ${event.message}`);
    case 'Fenced':
      return line('fence', `${regionOf(event.site)}: ${event.message}`);
    case 'LeaseLost':
    case 'Trouble':
      return line('trouble', event.message);
  }
}

const verdictWords = { Up: 'up', Suspect: 'suspect', Down: 'down', Unknown: 'unknown' } as const;
const settledPhases = new Set(['Done', 'GaveUp', 'Called']);
const phaseWords: Readonly<Record<string, string>> = { GaveUp: 'gave up: ' };
