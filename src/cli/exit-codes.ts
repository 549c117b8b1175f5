import { type ErrorCode, UnderstudyError } from '../api/errors.ts';

/** What the command's exit code says; part of its interface. */
export const exitCodes = {
  success: 0,
  /** It ran, and the answer is no: the file has problems, an operation failed or was aborted, PostgreSQL did not start. */
  failure: 1,
  /** The command line itself is wrong. */
  usage: 2,
  /** An operation that is waited for waits itself: for a person's consent, or for something to be settled by hand. */
  waitsForPerson: 3,
  /** `--timeout` went by first. The operation goes on. */
  timedOut: 4,
  /** Ended by Ctrl-C, as shells report SIGINT. An operation that was being watched goes on. */
  interrupted: 130,
} as const;

const usageErrors: ReadonlySet<ErrorCode> = new Set(['US1025', 'US1026']);

/** What an error that ends a command says by its exit code. */
export function exitCodeOf(error: unknown): number {
  return error instanceof UnderstudyError && usageErrors.has(error.code) ? exitCodes.usage : exitCodes.failure;
}
