import { UnderstudyError } from '../../api/errors.ts';
import { nearest } from '../../api/nearest.ts';
import { explainedKinds } from './explained-kinds.ts';
import type { Explanation } from './explanation.ts';

export interface FoundExplanation extends Explanation {
  readonly kind: string;
  readonly name: string;
}

/**
 * All that a name means, whatever its letters' case: a name may be of several kinds.
 *
 * @throws UnderstudyError US1030 with the nearest name.
 */
export function findExplanations(name: string): FoundExplanation[] {
  const found = explainedKinds.flatMap(({ kind, entries }) =>
    Object.entries(entries).flatMap(([each, explanation]) =>
      each.toLowerCase() === name.toLowerCase() ? [{ kind, name: each, ...explanation }] : [],
    ),
  );
  if (found.length > 0) return found;
  const meant = nearest(name, explainedNames());
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
  throw new UnderstudyError('US1030', `${name} is no code, phase, condition, event or step of Understudy${hint}`);
}

export function explainedNames(): string[] {
  return [...new Set(explainedKinds.flatMap(({ entries }) => Object.keys(entries)))];
}
