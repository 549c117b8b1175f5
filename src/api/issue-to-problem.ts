import type { z } from 'zod';
import { type FieldPath, formatPath } from './field-path.ts';
import { nearest } from './nearest.ts';
import type { FieldProblem } from './problems.ts';
import { keysAt, pathsOfKey, wordsAt } from './schema-walk.ts';

/**
 * Turns what zod found into what a person can act on: the value, what was expected, and the nearest valid word. A field
 * that is missing because its key is mistyped is not reported twice.
 */
export function problemsOfIssues(schema: z.ZodType, issues: readonly z.core.$ZodIssue[]): FieldProblem[] {
  const problems = issues.flatMap((issue) => problemsOfIssue(schema, issue));
  const meant = problems.flatMap((problem) => (problem.meant === undefined ? [] : [formatPath(problem.meant)]));
  return problems.filter(({ code, path }) => code !== 'US1006' || !meant.includes(formatPath(path)));
}

function problemsOfIssue(schema: z.ZodType, issue: z.core.$ZodIssue, at: FieldPath = []): FieldProblem[] {
  const path = [...at, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(schema, path, key));
    case 'invalid_union':
      return problemsOfUnion(schema, issue, path);
    case 'invalid_value':
      return [missing(issue, path) ?? notAChoice(issue.input, issue.values.map(String), path)];
    case 'invalid_type':
      return [missing(issue, path) ?? wrongType(issue, path)];
    case 'invalid_key':
      return [misfit(path, `the key ${show(path.at(-1))} ${issue.issues[0]?.message ?? 'is not valid'}`)];
    case 'too_small':
      return [
        misfit(
          path,
          `${show(issue.input)} is too ${sizeWord(issue.origin).small}: at least ${bound(issue.origin, issue.minimum)}`,
        ),
      ];
    case 'too_big':
      return [
        misfit(
          path,
          `${show(issue.input)} is too ${sizeWord(issue.origin).big}: at most ${bound(issue.origin, issue.maximum)}`,
        ),
      ];
    case 'invalid_format':
      return [misspeltWord(schema, issue.input, path) ?? misfit(path, `${show(issue.input)} ${issue.message}`)];
    case 'not_multiple_of':
    case 'invalid_element':
    case 'custom':
      return [misfit(path, `${show(issue.input)} ${issue.message}`)];
  }
}

function misfit(path: FieldPath, message: string, remedy?: string): FieldProblem {
  return { code: 'US1007', severity: 'error', path, message, ...(remedy === undefined ? {} : { remedy }) };
}

function missing(issue: z.core.$ZodIssue, path: FieldPath): FieldProblem | undefined {
  return issue.input === undefined
    ? { code: 'US1006', severity: 'error', path, message: 'is missing, and has no default' }
    : undefined;
}

function unknownKey(schema: z.ZodType, parent: FieldPath, key: string): FieldProblem {
  const keys = keysAt(schema, parent);
  const near = nearest(key, keys);
  const elsewhere = pathsOfKey(schema, key).map(formatPath);
  const advice =
    near !== undefined
      ? `; did you mean ${near}?`
      : elsewhere[0] !== undefined
        ? `; did you mean ${elsewhere[0]}?`
        : `; valid here: ${keys.join(', ')}`;
  return {
    code: 'US1005',
    severity: 'error',
    path: [...parent, key],
    ...(near === undefined ? {} : { meant: [...parent, near] }),
    message: `no such key${advice}`,
  };
}

function notAChoice(input: unknown, values: readonly string[], path: FieldPath): FieldProblem {
  const near = nearest(String(input), values);
  const advice = near === undefined ? '' : `; did you mean ${near}?`;
  const choices = values.length === 1 ? `not ${values[0]}` : `none of ${values.join(', ')}`;
  return { code: 'US1008', severity: 'error', path, message: `${show(input)} is ${choices}${advice}` };
}

/** zod reports a union of words and a format as the format alone; a near word is what was meant. */
function misspeltWord(schema: z.ZodType, input: unknown, path: FieldPath): FieldProblem | undefined {
  const words = wordsAt(schema, path);
  return nearest(String(input), words) === undefined ? undefined : notAChoice(input, words, path);
}

function wrongType(issue: z.core.$ZodIssueInvalidType, path: FieldPath): FieldProblem {
  const { expected, input } = issue;
  if (expected === 'string' && (typeof input === 'number' || typeof input === 'boolean')) {
    return misfit(path, `${input} is a ${typeof input}, expected text`, `Put it in quotes: "${input}".`);
  }
  if (input === null) {
    return misfit(
      path,
      `is empty, expected ${typeName(expected)}`,
      'Give it a value, or remove the key to have its default.',
    );
  }
  return misfit(path, `${show(input)} is not ${typeName(expected)}`);
}

/**
 * A union is reported by the branch that the user meant: the one whose outer type fits. If none fits, all choices are
 * named at once.
 */
function problemsOfUnion(schema: z.ZodType, issue: z.core.$ZodIssueInvalidUnion, path: FieldPath): FieldProblem[] {
  const isOuter = (inner: z.core.$ZodIssue) => inner.path.length === 0 && inner.code !== 'unrecognized_keys';
  const meant = issue.errors.find((branch) => branch.length > 0 && !branch.some(isOuter));
  if (meant !== undefined) {
    return meant.flatMap((inner) => problemsOfIssue(schema, inner, path));
  }
  const words = wordsAt(schema, path);
  return [
    words.length === 0 ? misfit(path, `${show(issue.input)} does not fit`) : notAChoice(issue.input, words, path),
  ];
}

function typeName(expected: string): string {
  const names: Readonly<Record<string, string>> = {
    string: 'text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    object: 'a group of keys',
    record: 'a group of keys',
    array: 'a list',
  };
  return names[expected] ?? expected;
}

function sizeWord(origin: string): { readonly small: string; readonly big: string } {
  return origin === 'string' || origin === 'array' ? { small: 'short', big: 'long' } : { small: 'small', big: 'large' };
}

function bound(origin: string, limit: number | bigint): string {
  const unit = origin === 'string' ? ' characters' : origin === 'array' ? ' entries' : '';
  return `${limit}${unit}`;
}

function show(value: unknown): string {
  if (Array.isArray(value)) {
    return value.length === 0 ? 'the empty list' : 'the list';
  }
  return typeof value === 'object' && value !== null ? 'the group of keys' : (JSON.stringify(value) ?? String(value));
}
