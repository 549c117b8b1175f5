/** Lines of JSON for CloudWatch Logs: one for each decision and effect, with who, about which plan and operation. */

export type Level = 'info' | 'warn' | 'error';

/** What a line says beside its message. Undefined values are left out. */
export type Facts = Readonly<Record<string, unknown>>;

export interface Log {
  write(level: Level, message: string, facts?: Facts): void;
  /** The same log, with more to say in each line. */
  with(facts: Facts): Log;
}

/** Takes one line, without its end. */
export type WriteLine = (line: string) => void;

/** Past `console`, which Lambda makes put a time, a request and a level before each line: then it is no JSON any more. */
export const writeToStdout: WriteLine = (line) => {
  process.stdout.write(`${line}\n`);
};

/** @param always said in every line. */
export function createLog(write: WriteLine, nowMs: () => number, always: Facts): Log {
  return {
    write(level, message, facts = {}) {
      write(JSON.stringify({ time: new Date(nowMs()).toISOString(), level, message, ...always, ...facts }));
    },
    with: (facts) => createLog(write, nowMs, { ...always, ...facts }),
  };
}
