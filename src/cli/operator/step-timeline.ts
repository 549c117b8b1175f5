import { createLogUpdate } from 'log-update';
import type { FailoverObject } from '../cluster/objects.ts';
import { colorsFor } from '../colors.ts';
import { operationName } from './operation-name.ts';
import { measuredText, phaseColor } from './operation-view.ts';
import { phaseOf } from './phases.ts';
import { spanText } from './texts.ts';

/** An operation as it happens: a line for each thing that is new, and on a terminal a last line that ticks. */
export interface StepTimeline {
  show(failover: FailoverObject): void;
  /** Something about the watching itself. */
  note(text: string): void;
  /** Nothing is left half-drawn. */
  end(): void;
}

const subjectWidth = 22;
const tickMs = 1_000;

/** @param where standard output, or standard error where the former is for programs. */
export function createStepTimeline(where: 'stdout' | 'stderr', nowMs: () => number): StepTimeline {
  const stream = process[where];
  const colors = colorsFor(stream);
  const live = stream.isTTY ? createLogUpdate(stream, { showCursor: true }) : null;
  const told = new Map<string, string>();
  let current: FailoverObject | null = null;
  const line = (text: string): void => {
    live?.clear();
    if (where === 'stdout') console.log(text);
    else console.error(text);
  };
  /** Once for each new word of a subject. */
  const tell = (
    subject: string,
    at: string | undefined,
    text: string,
    paint: (text: string) => string = colors.cyan,
  ): void => {
    // Of the actors each is news once; of anything else, what it says last.
    const key = subject === 'actor' ? text : subject;
    if (told.get(key) === text) return;
    told.set(key, text);
    const startedMs = Date.parse(current?.status?.startedAt ?? '');
    const atMs = at === undefined ? nowMs() : Date.parse(at);
    const since = Number.isNaN(startedMs) ? '' : `+${spanText(atMs - startedMs)}`;
    line(`${colors.dim(since.padStart(8))}  ${paint(subject.padEnd(subjectWidth))} ${text}`);
  };
  const tick = (): void => {
    if (live === null || current === null) return;
    const running = current.status?.steps?.filter(({ phase }) => phase === 'Running') ?? [];
    if (running.length === 0) return;
    const texts = running.map(({ name, startedAt, budget }) => {
      const forMs = startedAt === undefined ? 0 : nowMs() - Date.parse(startedAt);
      return `${name} for ${spanText(forMs)}${budget === undefined ? '' : ` of ${budget}`}`;
    });
    live(colors.dim(`          ${texts.join(' · ')}`));
  };
  const timer = live === null ? undefined : setInterval(tick, tickMs);
  return {
    show(failover) {
      current = failover;
      const { status } = failover;
      for (const { actor, at } of status?.actors ?? []) tell('actor', at, `${actor} takes it over`, colors.dim);
      for (const step of [...(status?.steps ?? [])].sort(byTime)) {
        if (step.phase === 'Pending') continue;
        const paint = step.phase === 'Failed' ? colors.red : step.phase === 'Succeeded' ? colors.green : colors.cyan;
        const word = step.phase === 'Running' ? 'begins' : step.phase.toLowerCase();
        const attempts = step.attempts > 1 ? ` (attempt ${step.attempts})` : '';
        const message = step.message === undefined || step.message === '' ? '' : `: ${step.message}`;
        tell(step.name, step.completedAt ?? step.startedAt, `${word}${attempts}${message}`, paint);
      }
      const phase = phaseOf(failover);
      const message = status?.message === undefined ? '' : `: ${status.message}`;
      tell(operationName(failover), status?.completedAt, `${phase}${message}`, phaseColor(phase, colors));
      const measured = measuredText(failover);
      if (measured !== '') tell('measured', status?.completedAt, measured, colors.bold);
      tick();
    },
    note: (text) => line(`${''.padStart(8)}  ${colors.yellow(text)}`),
    end() {
      clearInterval(timer);
      live?.clear();
      live?.done();
    },
  };
}

interface Timed {
  readonly startedAt?: string | undefined;
  readonly completedAt?: string | undefined;
}

/** In the order in which they happened; skipped ones, which have no time, first. */
function byTime(one: Timed, other: Timed): number {
  return (one.completedAt ?? one.startedAt ?? '').localeCompare(other.completedAt ?? other.startedAt ?? '');
}
