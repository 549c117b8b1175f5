/** The engine's own intervals, in milliseconds: those that no plan sets. */
export interface Timing {
  /** A lease whose renewals stand still for this long, on the watcher's own clock, may be taken over. */
  readonly leaseMs: number;
  /** A holder renews at least this often. */
  readonly renewEveryMs: number;
  /** The longest that fencing an unreachable site may hold up a promotion. */
  readonly fenceMs: number;
  /** The longest that one call to AWS may take before its outcome counts as unknown. */
  readonly callMs: number;
  /** How often a step that waits for AWS is looked at. */
  readonly pollMs: number;
  /** How often every vantage looks once a probe has failed. */
  readonly suspectMs: number;
  /** Between two numbers of the heartbeat. */
  readonly heartbeatMs: number;
  /** First and longest wait before a failed step is tried again. */
  readonly backoffMs: { readonly first: number; readonly longest: number };
  /**
   * How long an irreversible call with an unknown outcome is looked for before it counts as never made. Longer than a
   * request can stay in flight (`callMs`) and than RDS takes to show a status change.
   */
  readonly settleMs: number;
}

/**
 * Lease times follow Kubernetes' leader election (15 s lease, 10 s deadline, 2 s retry), with a renewal at a third of
 * the lease so that one lost write does not lose the lease.
 *
 * @see https://pkg.go.dev/k8s.io/client-go/tools/leaderelection
 */
export const defaultTiming: Timing = {
  leaseMs: 15_000,
  renewEveryMs: 5_000,
  fenceMs: 1_000,
  callMs: 5_000,
  pollMs: 250,
  suspectMs: 1_000,
  heartbeatMs: 2_000,
  backoffMs: { first: 500, longest: 10_000 },
  settleMs: 30_000,
};

/**
 * Between two glances at the active of a plan, milliseconds: what an actor that holds a few plans can well afford, and
 * what a verdict is late by at most.
 */
export const defaultGlanceMs = 500;
