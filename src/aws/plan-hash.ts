import { createHash } from 'node:crypto';
import type { Plan } from '../failover/plan.ts';

/** Enough to tell plans apart, and short enough to read out. */
const digits = 12;

/**
 * Hash of a plan as the engine uses it: the same for two actors that work by the same plan, whatever order of keys,
 * unwritten defaults or way of writing a duration they read it in.
 *
 * @param plan as filed, with the identifiers of its file; those that a rebuilding changed are the journal's to say.
 */
export function planHash(plan: Plan): string {
  return createHash('sha256').update(canonical(plan)).digest('hex').slice(0, digits);
}

/** JSON with sorted keys and nothing undefined. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}
