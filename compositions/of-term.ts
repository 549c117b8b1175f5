import type { Derived } from './builder/derivation.ts';
import { format } from './builder/format.ts';
import { required } from './builder/policies.ts';
import type { Single } from './builder/source.ts';

/** In no key and no content. */
const standIn = 987_654_321;

/**
 * Text that names an activation term, which the controller decides. Keys and contents of switch objects are written by
 * the same functions everywhere; here they get a stand-in for the term, which the field then replaces. What is made of it
 * waits for the field.
 *
 * @throws Error where the text does not name the term exactly once.
 * @example
 * ofTerm(xr.spec.failover.switch.a.active.term, openKey) // open/3
 */
export function ofTerm(term: Single<'xr', number | undefined>, write: (term: number) => string): Derived<'xr', string> {
  const parts = write(standIn).split(`${standIn}`);
  if (parts.length !== 2) {
    throw new Error(`${write(standIn)} does not name the term once`);
  }
  return required(format(Object.assign([...parts], { raw: parts }), term));
}
