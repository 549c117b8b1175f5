import type { Site } from '../../api/site.ts';
import type { Reason } from '../../failover/assess.ts';
import type { EngineEvent } from '../../failover/events.ts';
import type { StoryEntry } from './story.ts';

/** An engine event as a line of the timeline; `null` for what only a log wants. */
export function narrate(event: EngineEvent, regionOf: (site: Site) => string): StoryEntry | null {
  const line = (subject: string, text: string): StoryEntry => ({ atMs: event.atMs, subject, text });
  switch (event.kind) {
    case 'Verdict':
      return line('verdict', `${regionOf(event.site)} is ${verdictWords[event.verdict]}`);
    case 'Hold':
      return event.reasons.length === 0 ? null : line('hold', holdText(event.reasons));
    case 'OperationStarted':
      return line('operation', `${event.operationId} starts: ${event.message}`);
    case 'OperationTakenOver':
      return line('operation', `${event.operationId} taken over by ${event.actor} ${event.message}`);
    case 'OperationAborting':
      return line('abort', `${event.operationId}: ${event.message}`);
    case 'Call':
      return line('call', event.message);
    case 'Step':
      return settledPhases.has(event.phase)
        ? line(event.step, `${phaseWords[event.phase] ?? ''}${event.message}`)
        : null;
    case 'OperationEnded':
      return line('operation', `${event.operationId} ${event.outcome.toLowerCase()}`);
    case 'FencePending':
      return line('fence', `${regionOf(event.site)} is not proven fenced: ${event.message}`);
    case 'UnfencePending':
      return line('fence', `${regionOf(event.site)} is still fenced: ${event.message}`);
    case 'Fenced':
    case 'Unfenced':
      return line('fence', `${regionOf(event.site)}: ${event.message}`);
    case 'CleanedUp':
      return line('drill', `${regionOf(event.site)}: ${event.message}`);
    case 'LeaseLost':
    case 'Trouble':
      return line('trouble', event.message);
  }
}

const verdictWords = { Up: 'up', Suspect: 'suspect', Down: 'down', Unknown: 'unknown' } as const;
const settledPhases = new Set(['Done', 'GaveUp']);
const phaseWords: Readonly<Record<string, string>> = { GaveUp: 'gave up: ' };

/** What vantages say comes in a word each; everything else as the engine says it. */
const vantageWords: Readonly<Partial<Record<Reason['code'], string>>> = {
  WindowOpen: 'failing',
  SeenHealthy: 'healthy',
  VantageBlind: 'blind',
  VantageSilent: 'silent',
};

function holdText(reasons: readonly Reason[]): string {
  return reasons
    .map(({ code, vantage, message }) => {
      const word = vantageWords[code];
      return vantage === undefined || word === undefined ? message : `${vantage} ${word}`;
    })
    .join(' · ');
}
