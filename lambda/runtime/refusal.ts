import { UnderstudyError } from '../../src/api/errors.ts';
import { PortError } from '../../src/failover/port-error.ts';

/** Codes of AWS for a caller that may not do what it asks for. */
const permissionCodes: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'UnauthorizedOperation',
  'AuthorizationError',
  'AuthorizationErrorException',
]);

/**
 * What ends an invocation, as something that a person can mend; any other error is given back as it is.
 *
 * @param doing what was being done, such as `reading the plan`.
 */
export function refusalOf(error: unknown, doing: string): unknown {
  if (!(error instanceof PortError)) return error;
  if (permissionCodes.has(error.code)) {
    return new UnderstudyError('US2007', `${doing}: ${error.message}`, { cause: error });
  }
  if (error.code === 'JournalTooNew' || error.code === 'JournalDamaged') {
    return new UnderstudyError('US2006', error.message, { cause: error });
  }
  return error;
}

/** Runs `work` and gives its errors as {@link refusalOf} does. */
export async function named<Result>(doing: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw refusalOf(error, doing);
  }
}
