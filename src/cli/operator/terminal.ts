import { createInterface } from 'node:readline/promises';

/** The person at the command line, if there is one. */
export interface Terminal {
  /** Somebody reads the questions and can answer them. */
  readonly isInteractive: boolean;
  /** One question and its answer, without the line's end. Ctrl-D is an empty answer. */
  ask(question: string): Promise<string>;
}

/** Questions go to standard error, so that what is printed can still be piped. */
export const processTerminal: Terminal = {
  get isInteractive() {
    return process.stdin.isTTY === true && process.stderr.isTTY === true;
  },
  async ask(question) {
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    try {
      const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
      return await Promise.race([lines.question(question), closed]);
    } finally {
      lines.close();
    }
  },
};
