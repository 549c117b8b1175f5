import type { EngineEvent } from '../failover/events.ts';

/** One thing that happened in a world. */
export interface StoryLine {
  /** Milliseconds since the world began: the world's own time, whatever the actors' clocks say. */
  readonly atMs: number;
  /** An actor, `a person` or `the world`. */
  readonly who: string;
  readonly what: string | EngineEvent;
}

/** The story as lines of text. */
export function printStory(story: readonly StoryLine[]): string[] {
  const width = Math.max(0, ...story.map(({ who }) => who.length));
  return story.flatMap(({ atMs, who, what }) => {
    const words = typeof what === 'string' ? what : wordsOf(what);
    return words === '' ? [] : [`${(atMs / 1000).toFixed(3).padStart(9)}  ${who.padEnd(width)}  ${words}`];
  });
}

function wordsOf(event: EngineEvent): string {
  switch (event.kind) {
    case 'Verdict':
      return `${event.site} is ${event.verdict}`;
    case 'Hold':
      return event.reasons.length === 0 ? '' : `holds: ${event.reasons.map((reason) => reason.message).join('; ')}`;
    case 'OperationStarted':
      return `starts ${event.operationId}: ${event.message}`;
    case 'OperationTakenOver':
      return `takes ${event.operationId} over ${event.message}`;
    case 'OperationAborting':
      return `aborts ${event.operationId}: ${event.message}`;
    case 'Step':
      return `${event.step} ${event.phase}: ${event.message}`;
    case 'Call':
      return `calls ${event.message}`;
    case 'OperationEnded':
      return `${event.operationId} ${event.outcome}`;
    case 'FencePending':
      return `${event.site} is not proven fenced: ${event.message}`;
    case 'UnfencePending':
      return `${event.site} is still fenced: ${event.message}`;
    case 'Fenced':
    case 'Unfenced':
    case 'CleanedUp':
      return `${event.site}: ${event.message}`;
    case 'LeaseLost':
    case 'Trouble':
      return event.message;
  }
}
