/**
 * Every metric of the controller, in one table: the process registers them from it, and alerts, the dashboard and
 * docs/reference/controller.md take names and labels from it.
 *
 * `namespace` is the plan's namespace, not the process's: scrape with `honorLabels: true`. Only the replica that leads
 * exports what it knows of plans, so a plan has its series once.
 */
export interface MetricEntry {
  readonly type: 'gauge' | 'counter' | 'histogram';
  /** One sentence, with the unit where the name has none. */
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram, in the metric's unit. */
  readonly buckets?: readonly number[];
}

export const understudyMetrics = {
  understudy_active_site: {
    type: 'gauge',
    help: 'Whether the site serves and writes now, by the journal: 1 or 0.',
    labels: ['namespace', 'plan', 'site', 'region'],
  },
  understudy_plan_phase: {
    type: 'gauge',
    help: 'State of protection: 1 for the phase that the plan is in; other phases have no series.',
    labels: ['namespace', 'plan', 'phase'],
  },
  understudy_replication_lag_seconds: {
    type: 'gauge',
    help: 'Replication lag of the standby when last measured.',
    labels: ['namespace', 'plan'],
  },
  understudy_readiness_findings: {
    type: 'gauge',
    help: 'Findings that would make a failover slower, lossier or impossible.',
    labels: ['namespace', 'plan', 'severity'],
  },
  understudy_vantage_verdict: {
    type: 'gauge',
    help: 'What a vantage says of a site: 1 up, 0 down, -1 cannot tell.',
    labels: ['namespace', 'plan', 'site', 'vantage'],
  },
  understudy_fence_pending: {
    type: 'gauge',
    help: 'Whether a former active site is not yet proven to take no writes: 1 or 0.',
    labels: ['namespace', 'plan', 'site'],
  },
  understudy_failover_step_duration_seconds: {
    type: 'histogram',
    help: 'Time from the start of a step of an operation to its end.',
    labels: ['action', 'step', 'outcome'],
    // A marker is written in a tenth of a second; an RDS promotion takes minutes, a new replica hours.
    buckets: [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 7200],
  },
  understudy_leases_held: {
    type: 'gauge',
    help: "Journals' leases that this process holds: operations that it carries out.",
    labels: [],
  },
} as const satisfies Readonly<Record<string, MetricEntry>>;

/**
 * Under the names of the library that most controllers use, so that dashboards which know those show this one too.
 *
 * @see https://book.kubebuilder.io/reference/metrics-reference
 */
export const controllerRuntimeMetrics = {
  controller_runtime_reconcile_total: {
    type: 'counter',
    help: 'Reconciliations, by how they ended: success, error, requeue or requeue_after.',
    labels: ['controller', 'result'],
  },
  controller_runtime_reconcile_errors_total: {
    type: 'counter',
    help: 'Reconciliations that failed and are tried again.',
    labels: ['controller'],
  },
  controller_runtime_reconcile_time_seconds: {
    type: 'histogram',
    help: 'Time that a reconciliation took.',
    labels: ['controller'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  },
  workqueue_depth: { type: 'gauge', help: 'Objects that wait to be reconciled.', labels: ['name'] },
  workqueue_adds_total: { type: 'counter', help: 'Objects that were added to the queue.', labels: ['name'] },
  workqueue_retries_total: {
    type: 'counter',
    help: 'Objects that were added again after a failure.',
    labels: ['name'],
  },
  workqueue_queue_duration_seconds: {
    type: 'histogram',
    help: 'Time that an object waited in the queue.',
    labels: ['name'],
    buckets: [0.001, 0.01, 0.1, 0.5, 1, 5, 10, 30, 60, 300],
  },
  workqueue_work_duration_seconds: {
    type: 'histogram',
    help: 'Time that a worker had an object in hand.',
    labels: ['name'],
    buckets: [0.001, 0.01, 0.1, 0.5, 1, 5, 10, 30, 60, 300],
  },
  workqueue_unfinished_work_seconds: {
    type: 'gauge',
    help: 'Time that the objects in hand have been so, added up: it grows by one a second for each worker that is stuck.',
    labels: ['name'],
  },
  workqueue_longest_running_processor_seconds: {
    type: 'gauge',
    help: 'Time for which the worker that is longest at one object has been at it.',
    labels: ['name'],
  },
  leader_election_master_status: {
    type: 'gauge',
    help: 'Whether this process leads, by the name of the Lease: 1 or 0.',
    labels: ['name'],
  },
  rest_client_requests_total: {
    type: 'counter',
    help: 'Requests to the Kubernetes API server, by HTTP status, or `<error>` where there was no answer.',
    labels: ['code', 'method', 'host'],
  },
} as const satisfies Readonly<Record<string, MetricEntry>>;

/** All of them, by name. */
export const controllerMetrics = { ...understudyMetrics, ...controllerRuntimeMetrics } satisfies Readonly<
  Record<string, MetricEntry>
>;

export type MetricName = keyof typeof controllerMetrics;
