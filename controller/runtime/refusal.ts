import { UnderstudyError } from '../../src/api/errors.ts';
import { ApiError, ApiUnreachable } from './api-error.ts';
import type { LogFields } from './logger.ts';
import { reasonOf } from './reason-of.ts';

/** The error that tells a person what to do, where an answer of the API server (or the lack of one) has such a meaning. */
export function explain(error: unknown): unknown {
  if (error instanceof ApiUnreachable) return new UnderstudyError('US3001', error.message, { cause: error });
  if (!(error instanceof ApiError)) return error;
  switch (error.status) {
    case 401:
    case 403:
      return new UnderstudyError('US3003', error.message, { cause: error });
    case 404:
      return new UnderstudyError('US3002', error.message, { cause: error });
    default:
      return error;
  }
}

/** An error as the fields of a log line; with its stack only where it is a defect of ours. */
export function fieldsOf(error: unknown): LogFields {
  const explained = explain(error);
  if (explained instanceof UnderstudyError) {
    return { code: explained.code, reason: explained.message, remedy: explained.remedy };
  }
  return error instanceof ApiError ? { reason: error.message } : { reason: reasonOf(error), err: error };
}
