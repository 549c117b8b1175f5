import { type ErrorCode, errorTable, UnderstudyError } from './errors.ts';
import { type FieldPath, formatPath } from './field-path.ts';

export type Severity = 'error' | 'warning';

/** Something wrong with a value, before it is known where in which file the value stands. */
export interface FieldProblem {
  readonly code: ErrorCode;
  readonly severity: Severity;
  readonly path: FieldPath;
  /** Other fields that the problem depends on. */
  readonly involves?: readonly FieldPath[];
  /** The field that was meant, where a key is mistyped. */
  readonly meant?: FieldPath;
  /** The value, and what is wrong with it, in one line. */
  readonly message: string;
  /** What to do, where this case has better advice than the table. */
  readonly remedy?: string;
}

/** Something wrong with a user's file. */
export interface Problem {
  readonly code: ErrorCode;
  readonly severity: Severity;
  readonly file: string;
  /** One-based; of the nearest thing that stands in the file, where the field itself does not. */
  readonly line?: number;
  /** Such as `spec.tables[0].name`; empty for the whole object. */
  readonly path: string;
  readonly message: string;
  readonly remedy: string;
}

export function problemOf(problem: FieldProblem, file: string, line: number | undefined): Problem {
  return {
    code: problem.code,
    severity: problem.severity,
    file,
    ...(line === undefined ? {} : { line }),
    path: formatPath(problem.path),
    message: problem.message,
    remedy: problem.remedy ?? errorTable[problem.code].remedy,
  };
}

export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some(({ severity }) => severity === 'error');
}

/**
 * Problems as a person reads them in a terminal; editors and CI make links of the first word.
 *
 * @example
 * // trading.yaml:7  spec.instnaces  no such key; did you mean instances?
 * //   error US1005: Use the key that the message suggests, or remove it; …
 */
export function formatProblems(problems: readonly Problem[]): string {
  return problems
    .map((problem) => {
      const place = problem.line === undefined ? problem.file : `${problem.file}:${problem.line}`;
      const subject = problem.path === '' ? problem.message : `${problem.path}  ${problem.message}`;
      return `${place}  ${subject}\n  ${problem.severity} ${problem.code}: ${problem.remedy}`;
    })
    .join('\n');
}

/** Problems as programs read them: a JSON array of {@link Problem}. */
export function problemsToJson(problems: readonly Problem[]): string {
  return JSON.stringify(problems, null, 2);
}

/**
 * All errors among the problems as one exception, for callers that cannot return problems.
 *
 * @throws UnderstudyError with the code and place of the first error, and all of them in its message.
 */
export function throwOnErrors(problems: readonly Problem[]): void {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (first === undefined) {
    return;
  }
  throw new UnderstudyError(first.code, formatProblems(errors), {
    file: first.file,
    path: first.path,
    ...(first.line === undefined ? {} : { line: first.line }),
    remedy: errors.length === 1 ? first.remedy : `Mend all ${errors.length} places and try again.`,
  });
}
