/**
 * Every error that a user can meet, by its stable code: `US1xxx` input, `US2xxx` AWS, `US3xxx` Kubernetes, `US4xxx`
 * engine, `US5xxx` sandbox. Codes are never reused; docs/reference/errors.md is generated from this table.
 */
export interface ErrorEntry {
  /** What happened, in one line without a full stop. */
  readonly title: string;
  /** Why it usually happens. */
  readonly cause: string;
  /** What to do about it. */
  readonly remedy: string;
}

export const errorTable = {
  US1001: {
    title: 'The file cannot be read',
    cause: 'The path is wrong, or its permissions forbid reading.',
    remedy: 'Check the path; examples/trading-rds.yaml is a file that works.',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorTable;

/** Where in a user's file a problem lies. */
export interface ErrorLocation {
  readonly file?: string;
  /** Path of the field, such as `spec.primary.vpcCidr`. */
  readonly path?: string;
  /** One-based line in the file. */
  readonly line?: number;
}

export interface UnderstudyErrorOptions extends ErrorLocation {
  /** Replaces the table's remedy where this case has a better one. */
  readonly remedy?: string;
  readonly cause?: unknown;
}

/**
 * The one error class. Anything that a user did, or can mend, is one of these; any other error is a defect of ours and
 * keeps its stack trace.
 *
 * @example
 * throw new UnderstudyError('US1001', 'examples/tradng.yaml does not exist', { file: 'examples/tradng.yaml' });
 */
export class UnderstudyError extends Error {
  readonly code: ErrorCode;
  readonly location: ErrorLocation;
  readonly remedy: string;

  /** @param message this case, in one line: the value, and what is wrong with it. */
  constructor(code: ErrorCode, message: string, options: UnderstudyErrorOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'UnderstudyError';
    this.code = code;
    this.location = options;
    this.remedy = options.remedy ?? errorTable[code].remedy;
  }
}
