import type { Evidence as ShownEvidence, Verdict } from '../../src/api/failover-plan-status.ts';
import type { Evidence } from '../../src/failover/operation.ts';

/** The engine knows more shades than a person who reads a status needs. */
export function verdictOf(verdict: Evidence['verdict']): Verdict {
  switch (verdict) {
    case 'Up':
      return 'Up';
    case 'Down':
      return 'Down';
    case 'Failing':
    case 'Blind':
    case 'Silent':
      return 'Unknown';
  }
}

/**
 * What each vantage says, since when. A vantage that says the same as before keeps its time and its words: ages in them
 * move with each look, and a status that changes with each look helps nobody.
 */
export function shownEvidence(
  evidence: readonly Evidence[],
  before: readonly ShownEvidence[],
  nowText: string,
): ShownEvidence[] {
  return evidence.map(({ vantage, site, verdict, reason }) => {
    const shown = verdictOf(verdict);
    const same = before.find((other) => other.vantage === vantage && other.site === site && other.verdict === shown);
    return same ?? { vantage, site, verdict: shown, reason, at: nowText };
  });
}
