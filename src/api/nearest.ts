import { distance } from 'fastest-levenshtein';

/**
 * The candidate that a mistyped word most likely means, or undefined if none is near: at most a third of the letters may
 * be wrong, and two swapped letters count as two.
 *
 * @example
 * nearest('instnaces', ['instances', 'database']); // 'instances'
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const allowed = Math.max(1, Math.ceil(word.length / 3));
  let best: { candidate: string; edits: number } | undefined;
  for (const candidate of candidates) {
    const edits = distance(word.toLowerCase(), candidate.toLowerCase());
    if (edits <= allowed && edits < candidate.length && (best === undefined || edits < best.edits)) {
      best = { candidate, edits };
    }
  }
  return best?.candidate;
}
