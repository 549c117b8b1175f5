import type { Registry } from 'prom-client';
import { durationMs } from '../src/api/duration.ts';
import type { FailoverPlanStatus } from '../src/api/failover-plan-status.ts';
import { understudyMetrics } from '../src/api/metrics.ts';
import { type Site, sites } from '../src/api/site.ts';
import type { Journal } from '../src/failover/journal.ts';
import { isSettled } from '../src/failover/operation.ts';
import type { PlanView } from './plan-runner/plan-view.ts';
import { fromKey } from './runtime/kubernetes-object.ts';
import { type MetricsOf, registerMetrics } from './runtime/metrics-table.ts';

const verdicts = { Up: 1, Down: 0, Unknown: -1 } as const;
const severities = ['Error', 'Warning', 'Info'] as const;

/** What /metrics says of plans. A plan has its series while this process drives it. */
export class PlanMetrics {
  readonly #metrics: MetricsOf<typeof understudyMetrics>;
  readonly #leases = new Set<string>();
  /** Takes a plan's series away, by its key. */
  readonly #forget = new Map<string, () => void>();

  constructor(registry: Registry) {
    this.#metrics = registerMetrics(registry, understudyMetrics);
    this.#metrics.understudy_leases_held.set(0);
  }

  /** The plan is as its status says. */
  show(view: PlanView, status: FailoverPlanStatus): void {
    const {
      key,
      plan: { sites: filed },
    } = view;
    const { name, namespace = 'default' } = fromKey(key);
    const labels = { namespace, plan: name };
    this.forget(key);
    const m = this.#metrics;
    const undo: (() => void)[] = [];
    const set = <Labels extends object>(
      gauge: { set(labels: Labels, value: number): void; remove(labels: Labels): void },
      own: Labels,
      value: number,
    ): void => {
      gauge.set(own, value);
      undo.push(() => gauge.remove(own));
    };
    if (status.active !== undefined) {
      for (const site of sites) {
        const own = { ...labels, site, region: filed[site].region };
        set(m.understudy_active_site, own, status.active === site ? 1 : 0);
      }
    }
    if (status.phase !== undefined) set(m.understudy_plan_phase, { ...labels, phase: status.phase }, 1);
    if (status.replicationLag !== undefined) {
      set(m.understudy_replication_lag_seconds, labels, durationMs(status.replicationLag) / 1000);
    }
    for (const severity of status.findings === undefined ? [] : severities) {
      const count = status.findings?.filter((finding) => finding.severity === severity).length ?? 0;
      set(m.understudy_readiness_findings, { ...labels, severity }, count);
    }
    for (const { vantage, site, verdict } of status.evidence ?? []) {
      set(m.understudy_vantage_verdict, { ...labels, site, vantage }, verdicts[verdict]);
    }
    const pending: Site | undefined = view.journal?.pendingFence?.site;
    for (const site of view.journal === null ? [] : sites) {
      set(m.understudy_fence_pending, { ...labels, site }, pending === site ? 1 : 0);
    }
    this.#forget.set(key, () => {
      for (const remove of undo) remove();
    });
  }

  /** Whether the plan has its series. */
  knows(key: string): boolean {
    return this.#forget.has(key);
  }

  /** The plan is no longer driven here. */
  forget(key: string): void {
    this.#forget.get(key)?.();
    this.#forget.delete(key);
  }

  /** The journal is another now: counts leases, and times steps that this process has settled. */
  journal(key: string, actor: string, journal: Journal, before: Journal | null): void {
    if (journal.lease.holder === actor) this.#leases.add(key);
    else this.#leases.delete(key);
    this.#metrics.understudy_leases_held.set(this.#leases.size);
    if (journal.lease.holder !== actor || journal.operation === null) return;
    const { action, id, steps } = journal.operation;
    for (const { name, phase, startedAtMs, completedAtMs, ...step } of steps) {
      const was =
        before?.operation?.id === id ? before.operation.steps.find((other) => other.name === name) : undefined;
      const isNew =
        was !== undefined && !isSettled(was) && isSettled({ name, phase, startedAtMs, completedAtMs, ...step });
      if (!isNew || phase === 'Skipped' || startedAtMs === null || completedAtMs === null) continue;
      const seconds = Math.max(0, completedAtMs - startedAtMs) / 1000;
      this.#metrics.understudy_failover_step_duration_seconds.observe({ action, step: name, outcome: phase }, seconds);
    }
  }

  /** The process drives the plan no more. */
  leave(key: string): void {
    this.forget(key);
    this.#leases.delete(key);
    this.#metrics.understudy_leases_held.set(this.#leases.size);
  }
}
