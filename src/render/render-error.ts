import { UnderstudyError } from '../api/errors.ts';

/** A composition that cannot be evaluated: the real function would refuse it too, or it uses what is not evaluated here. */
export function renderError(message: string): UnderstudyError {
  return new UnderstudyError('US1110', message);
}

/** Runs a step; an error says where it happened. */
export function within<T>(place: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (error instanceof UnderstudyError && error.code === 'US1110') {
      throw renderError(`${place}: ${error.message}`);
    }
    throw error;
  }
}
