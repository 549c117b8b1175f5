import type { Context } from 'aws-lambda';
import { errorTable, UnderstudyError } from '../../src/api/errors.ts';
import { PortError } from '../../src/failover/port-error.ts';
import { createLog, type Log, type WriteLine, writeToStdout } from './log.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { type Settings, settingsOf } from './settings.ts';

/** One start of a function, with all that it needs of Lambda. */
export interface Invocation {
  readonly event: unknown;
  readonly context: Pick<Context, 'getRemainingTimeInMillis' | 'awsRequestId'>;
  readonly settings: Settings;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** What a handler takes from its surroundings; a test gives its own. */
export interface Surroundings {
  readonly environment: NodeJS.ProcessEnv;
  readonly write: WriteLine;
  readonly nowMs: () => number;
}

export const surroundings: Surroundings = { environment: process.env, write: writeToStdout, nowMs: Date.now };

/** What Lambda calls. */
export type Handler<Result> = (event: unknown, context: Invocation['context']) => Promise<Result>;

/**
 * A handler that leaves a record of how each invocation ended. One that fails is told to Lambda as an error, so that the
 * alarm on errors goes off and the event is kept in the dead-letter queue.
 *
 * @param name of the function, in every line of its log.
 */
export function lambdaHandler<Result extends object>(
  name: string,
  run: (invocation: Invocation) => Promise<Result>,
  { environment, write, nowMs }: Surroundings = surroundings,
): Handler<Result> {
  return async (event, context) => {
    const log = createLog(write, nowMs, { function: name, requestId: context.awsRequestId });
    try {
      const settings = settingsOf(environment);
      const result = await run({ event, context, settings, log, metrics: createMetrics(write, nowMs) });
      log.write('info', `${name} ended`, { result });
      return result;
    } catch (error) {
      throw recorded(log, name, error);
    }
  };
}

/** Writes down why an invocation failed, and gives what Lambda is to be told: its name is what callers see first. */
function recorded(log: Log, name: string, error: unknown): Error {
  if (error instanceof UnderstudyError) {
    const { code, message, remedy } = error;
    log.write('error', message, { code, title: errorTable[code].title, remedy });
    return Object.assign(new Error(`${message}. ${remedy}`, { cause: error }), { name: code });
  }
  const failure = error instanceof Error ? error : new Error(String(error));
  const facts = failure instanceof PortError ? { kind: failure.kind, code: failure.code } : { stack: failure.stack };
  log.write('error', `${name} failed: ${failure.message}`, facts);
  return failure;
}
