import { type FieldPath, touches } from './field-path.ts';
import { problemsOfIssues } from './issue-to-problem.ts';
import type { UserKind, UserObject } from './kinds.ts';
import type { FieldProblem } from './problems.ts';

/** A value against its kind: the object with defaults if nothing is wrong, and every problem at once if something is. */
export interface Validated {
  /** Absent if any problem is an error. */
  readonly object?: UserObject;
  readonly problems: readonly FieldProblem[];
}

/**
 * Checks fields first, then rules across fields. A file with one bad field still has its other rules checked: bad fields
 * are set aside, so that their defaults stand in, and rules that depend on one of them are not reported.
 */
export function validate(kind: UserKind, value: unknown): Validated {
  const parsed = kind.schema.safeParse(value, { reportInput: true });
  if (parsed.success) {
    const problems = kind.check(parsed.data);
    return problems.some(({ severity }) => severity === 'error') ? { problems } : { object: parsed.data, problems };
  }
  const problems = problemsOfIssues(kind.schema, parsed.error.issues);
  return { problems: [...problems, ...problemsOfRest(kind, value, problems)] };
}

/** Problems across fields that do not depend on a field which is bad by itself. */
function problemsOfRest(kind: UserKind, value: unknown, bad: readonly FieldProblem[]): FieldProblem[] {
  const aside: FieldPath[] = [];
  let found = bad;
  // Setting a group aside may leave the group around it incomplete: each round goes up, and a path has few parts.
  for (let round = 0; round < 8; round += 1) {
    aside.push(...found.map(pathToSetAside));
    const repaired = kind.schema.safeParse(without(value, aside), { reportInput: true });
    if (repaired.success) {
      const isSound = ({ path, involves = [] }: FieldProblem) =>
        ![path, ...involves].some((field) => aside.some((part) => touches(field, part)));
      return kind.check(repaired.data).filter(isSound);
    }
    found = problemsOfIssues(kind.schema, repaired.error.issues);
  }
  return [];
}

/**
 * The least that can be left out so that a default stands in: a bad field, the group that misses one, and the whole list
 * of a bad entry, since other entries would move to other indexes.
 */
function pathToSetAside({ code, path }: FieldProblem): FieldPath {
  const field = code === 'US1006' ? path.slice(0, -1) : path;
  const index = field.findIndex((part) => typeof part === 'number');
  return index === -1 ? field : field.slice(0, index);
}

function without(value: unknown, paths: readonly FieldPath[], here: FieldPath = []): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return value;
  }
  const isAside = (path: FieldPath) => paths.some((part) => part.length === path.length && touches(part, path));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !isAside([...here, key]))
      .map(([key, field]) => [key, without(field, paths, [...here, key])]),
  );
}
