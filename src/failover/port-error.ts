/**
 * What a failed call means for the engine, whatever service answered it.
 *
 * - `Retryable`: it did not happen; the same call may succeed later (throttled, refused connection, 5xx on a read).
 * - `NotYet`: the resource is in a state that forbids it for now (`InvalidDBInstanceState`, backing up).
 * - `Refused`: it will never be accepted as it is (no permission, no such resource, wrong arguments).
 * - `OutcomeUnknown`: the request left and no answer came back; it may have happened.
 */
export type PortErrorKind = 'Retryable' | 'NotYet' | 'Refused' | 'OutcomeUnknown';

/** The only error that a port may throw. */
export class PortError extends Error {
  readonly kind: PortErrorKind;
  /** The service's own code, such as `InvalidDBInstanceState`, or the socket's, such as `ECONNREFUSED`. */
  readonly code: string;

  constructor(kind: PortErrorKind, code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PortError';
    this.kind = kind;
    this.code = code;
  }
}

/** The journal's document has another version than the one that a write was based on. */
export class JournalConflict extends Error {
  constructor() {
    super('the journal was written by someone else in the meantime');
    this.name = 'JournalConflict';
  }
}
