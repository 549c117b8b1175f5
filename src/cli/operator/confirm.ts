import { UnderstudyError } from '../../api/errors.ts';
import type { Terminal } from './terminal.ts';

export interface Question {
  /** What is about to be done, as one clause: `fail trading over to us-west-2`. */
  readonly what: string;
  /** The word that must be typed for what cannot be undone. Absent: y or yes will do. */
  readonly typed?: string;
}

/**
 * Asks before something is done.
 *
 * @throws UnderstudyError US1026 where there is nobody to ask.
 */
export async function isConfirmed(terminal: Terminal, { what, typed }: Question): Promise<boolean> {
  if (!terminal.isInteractive) {
    throw new UnderstudyError('US1026', `this would ${what}, and there is no terminal to ask at`);
  }
  if (typed === undefined) return /^y(es)?$/i.test((await terminal.ask(`${sentence(what)}? [y/N] `)).trim());
  return (await terminal.ask(`${sentence(what)}? Type ${typed} to go on: `)).trim() === typed;
}

function sentence(clause: string): string {
  return clause.slice(0, 1).toUpperCase() + clause.slice(1);
}
