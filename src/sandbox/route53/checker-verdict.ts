/** What one of Route 53's checkers thinks of an endpoint. */
export interface CheckerVerdict {
  readonly healthy: boolean;
  /** Results in a row that say otherwise. */
  readonly contradictions: number;
}

/** A new check is taken for healthy until there is enough data to tell. */
export const newVerdict: CheckerVerdict = { healthy: true, contradictions: 0 };

/**
 * A checker changes its mind after `failureThreshold` results in a row that contradict it.
 *
 * Source: FailureThreshold in
 * https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
 */
export function nextVerdict(verdict: CheckerVerdict, success: boolean, failureThreshold: number): CheckerVerdict {
  if (success === verdict.healthy) return { healthy: verdict.healthy, contradictions: 0 };
  const contradictions = verdict.contradictions + 1;
  return contradictions >= failureThreshold
    ? { healthy: success, contradictions: 0 }
    : { healthy: verdict.healthy, contradictions };
}

/**
 * An endpoint is healthy when more than 18 % of the checkers say so, so that a network problem near some of them does
 * not count as its fault.
 *
 * Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
 */
export function isHealthyToMost(verdicts: readonly CheckerVerdict[]): boolean {
  const healthy = verdicts.filter((verdict) => verdict.healthy).length;
  return healthy * 100 > verdicts.length * 18;
}
