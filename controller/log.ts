import pino from 'pino';
import type { Logger } from './runtime/logger.ts';

/** Lines of JSON on standard output. Written at once: the last line before a crash is the one that is needed. */
export function createLogger(level: string): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.destination({ dest: 1, sync: true }),
  );
}
