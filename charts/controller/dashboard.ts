import { controllerMetrics, type MetricName } from '../../src/api/metrics.ts';

/**
 * A Grafana dashboard: are we safe, what is happening, does the controller keep up. Plain JSON of schema version 39, with
 * the data source left for Grafana to ask.
 *
 * @see https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
 */
export function dashboard(): object {
  return {
    uid: 'understudy',
    title: 'Understudy',
    tags: ['understudy'],
    schemaVersion: 39,
    editable: true,
    refresh: '15s',
    time: { from: 'now-6h', to: 'now' },
    templating: {
      list: [
        { name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Data source' },
        choice('namespace', 'label_values(understudy_plan_phase, namespace)'),
        choice('plan', 'label_values(understudy_plan_phase{namespace=~"$namespace"}, plan)'),
      ],
    },
    panels: panels.map((panel, index) => panelJson(panel, index)),
  };
}

interface Panel {
  readonly title: string;
  readonly metric: MetricName;
  readonly type: 'timeseries' | 'table' | 'stat';
  readonly expr: string;
  readonly legend: string;
  /** As Grafana names units. @default 'short' */
  readonly unit?: string;
}

/** Two in a row, in the order in which a person asks. */
const panels: readonly Panel[] = [
  {
    title: 'Plans by phase',
    metric: 'understudy_plan_phase',
    type: 'stat',
    expr: `count by (phase) (max by (namespace, plan, phase) (${ofPlan('understudy_plan_phase')}) == 1)`,
    legend: '{{phase}}',
  },
  {
    title: 'Active site',
    metric: 'understudy_active_site',
    type: 'table',
    expr: `max by (namespace, plan, site, region) (${ofPlan('understudy_active_site')}) == 1`,
    legend: '',
  },
  {
    title: 'Replication lag',
    metric: 'understudy_replication_lag_seconds',
    type: 'timeseries',
    expr: `max by (namespace, plan) (${ofPlan('understudy_replication_lag_seconds')})`,
    legend: '{{namespace}}/{{plan}}',
    unit: 's',
  },
  {
    title: 'Verdicts (1 up, 0 down, -1 cannot tell)',
    metric: 'understudy_vantage_verdict',
    type: 'timeseries',
    expr: `max by (plan, site, vantage) (${ofPlan('understudy_vantage_verdict')})`,
    legend: '{{plan}} {{site}} by {{vantage}}',
  },
  {
    title: 'Readiness findings',
    metric: 'understudy_readiness_findings',
    type: 'timeseries',
    expr: `sum by (severity) (max by (namespace, plan, severity) (${ofPlan('understudy_readiness_findings')}))`,
    legend: '{{severity}}',
  },
  {
    title: 'Sites whose fence is not proven',
    metric: 'understudy_fence_pending',
    type: 'table',
    expr: `max by (namespace, plan, site) (${ofPlan('understudy_fence_pending')}) == 1`,
    legend: '',
  },
  {
    title: 'Duration of steps, 90th percentile',
    metric: 'understudy_failover_step_duration_seconds',
    type: 'timeseries',
    expr: 'histogram_quantile(0.9, sum by (le, action, step) (rate(understudy_failover_step_duration_seconds_bucket[1h])))',
    legend: '{{action}} {{step}}',
    unit: 's',
  },
  {
    title: 'Operations in hand',
    metric: 'understudy_leases_held',
    type: 'timeseries',
    expr: 'sum by (pod) (understudy_leases_held)',
    legend: '{{pod}}',
  },
  {
    title: 'Reconciliations a second',
    metric: 'controller_runtime_reconcile_total',
    type: 'timeseries',
    expr: 'sum by (controller, result) (rate(controller_runtime_reconcile_total[5m]))',
    legend: '{{controller}} {{result}}',
    unit: 'ops',
  },
  {
    title: 'Objects that wait',
    metric: 'workqueue_depth',
    type: 'timeseries',
    expr: 'max by (name) (workqueue_depth)',
    legend: '{{name}}',
  },
];

const panelSize = { w: 12, h: 8 };

function ofPlan(metric: MetricName): string {
  return `${metric}{namespace=~"$namespace", plan=~"$plan"}`;
}

function choice(name: string, query: string): object {
  return {
    name,
    type: 'query',
    query,
    datasource: dataSource,
    includeAll: true,
    multi: true,
    refresh: 2,
    current: { text: 'All', value: '$__all' },
  };
}

const dataSource = { type: 'prometheus', uid: '$datasource' };

function panelJson({ title, metric, type, expr, legend, unit = 'short' }: Panel, index: number): object {
  const isTable = type === 'table';
  return {
    id: index + 1,
    title,
    description: controllerMetrics[metric].help,
    type,
    datasource: dataSource,
    gridPos: { ...panelSize, x: (index % 2) * panelSize.w, y: Math.floor(index / 2) * panelSize.h },
    fieldConfig: { defaults: { unit }, overrides: [] },
    targets: [
      {
        refId: 'A',
        datasource: dataSource,
        expr,
        legendFormat: legend,
        ...(isTable ? { format: 'table', instant: true } : {}),
      },
    ],
  };
}
