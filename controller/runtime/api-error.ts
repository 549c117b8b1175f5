/** The API server's `metav1.Status`, as far as the runtime looks at it. */
export interface Status {
  readonly message?: string;
  readonly reason?: string;
  readonly code?: number;
  readonly details?: {
    readonly retryAfterSeconds?: number;
    readonly causes?: readonly StatusCause[];
  };
}

export interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

/** The API server said no. */
export class ApiError extends Error {
  /** HTTP status. */
  readonly status: number;
  /** Such as `NotFound`, `Conflict`, `Expired`; empty when the answer had none. */
  readonly reason: string;
  readonly causes: readonly StatusCause[];
  /** How long the server asks us to stay away; undefined when it does not. */
  readonly retryAfterMs: number | undefined;

  constructor(status: number, answer: Status, retryAfterMs?: number) {
    super(answer.message ?? `HTTP ${status}`);
    this.name = 'ApiError';
    this.status = status;
    this.reason = answer.reason ?? '';
    this.causes = answer.details?.causes ?? [];
    this.retryAfterMs = retryAfterMs;
  }
}

/** No whole answer came. Of a write nobody knows whether it was carried out. */
export class ApiUnreachable extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'ApiUnreachable';
  }
}

/** There is no such object, or no such kind. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}

/** Somebody else changed the object first, or (server-side apply) owns the fields. */
export function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.status === 409 && error.reason !== 'AlreadyExists';
}

/** Somebody else created it first. */
export function isAlreadyExists(error: unknown): boolean {
  return error instanceof ApiError && error.status === 409 && error.reason === 'AlreadyExists';
}

/** The resource version, or the place in a list, is older than what the server remembers. */
export function isExpired(error: unknown): boolean {
  return error instanceof ApiError && error.status === 410;
}
