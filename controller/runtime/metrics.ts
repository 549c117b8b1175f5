import { Registry } from 'prom-client';
import { controllerRuntimeMetrics } from '../../src/api/metrics.ts';
import type { OnRequest } from './api-client.ts';
import { type MetricsOf, registerMetrics } from './metrics-table.ts';
import type { QueueMetrics, WorkQueue } from './queue.ts';

/** How a reconciliation ended, in controller-runtime's words. */
export type ReconcileResult = 'success' | 'requeue_after' | 'error';

/**
 * What the runtime measures of itself, under the names of Go's controller-runtime and client-go, which dashboards know.
 *
 * @see https://book.kubebuilder.io/reference/metrics-reference
 */
export class RuntimeMetrics {
  readonly registry: Registry;
  readonly #metrics: MetricsOf<typeof controllerRuntimeMetrics>;
  readonly #queues = new Map<string, WorkQueue>();

  /** @throws Error when the registry has metrics of these names already. */
  constructor(registry: Registry = new Registry()) {
    this.registry = registry;
    this.#metrics = registerMetrics(registry, controllerRuntimeMetrics);
  }

  /** For `ApiClient`. */
  readonly onRequest: OnRequest = (request) => this.#metrics.rest_client_requests_total.inc({ ...request });

  /** For `LeaderElection`: whether this process leads, by the name of the lease. */
  leading(lease: string, leading: boolean): void {
    this.#metrics.leader_election_master_status.set({ name: lease }, leading ? 1 : 0);
  }

  /** Counts a reconciliation. */
  reconciled(controller: string, result: ReconcileResult, tookMs: number): void {
    this.#metrics.controller_runtime_reconcile_total.inc({ controller, result });
    this.#metrics.controller_runtime_reconcile_time_seconds.observe({ controller }, tookMs / 1000);
    if (result === 'error') this.#metrics.controller_runtime_reconcile_errors_total.inc({ controller });
  }

  /** What a new queue tells. */
  queue(name: string): QueueMetrics {
    const {
      workqueue_adds_total: adds,
      workqueue_retries_total: retries,
      workqueue_queue_duration_seconds: waited,
      workqueue_work_duration_seconds: worked,
    } = this.#metrics;
    // So that rates begin at the first one.
    adds.inc({ name }, 0);
    retries.inc({ name }, 0);
    return {
      added: () => adds.inc({ name }),
      retried: () => retries.inc({ name }),
      started: (waitedMs) => waited.observe({ name }, waitedMs / 1000),
      finished: (workedMs) => worked.observe({ name }, workedMs / 1000),
    };
  }

  /** Looks at the queue whenever the metrics are read. */
  watchQueue(name: string, queue: WorkQueue): void {
    this.#queues.set(name, queue);
  }

  /** All metrics of the registry, in Prometheus' text format. */
  async text(): Promise<string> {
    for (const [name, queue] of this.#queues) {
      const runningSeconds = queue.runningMs().map((ms) => ms / 1000);
      const depth = [...queue.depths().values()].reduce((sum, keys) => sum + keys, 0);
      this.#metrics.workqueue_depth.set({ name }, depth);
      this.#metrics.workqueue_unfinished_work_seconds.set(
        { name },
        runningSeconds.reduce((sum, seconds) => sum + seconds, 0),
      );
      this.#metrics.workqueue_longest_running_processor_seconds.set({ name }, Math.max(0, ...runningSeconds));
    }
    return this.registry.metrics();
  }
}
