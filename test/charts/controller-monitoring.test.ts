import { describe, expect, it } from '@jest/globals';
import { type Alert, alerts } from '../../charts/controller/alerts.ts';
import { controllerMetrics, type MetricEntry, understudyMetrics } from '../../src/api/metrics.ts';
import { appOf } from '../compositions/regional-stack/rendered-site.ts';
import { controllerObjects, onlyOf } from './controller/controller-objects.ts';

const everything = { serviceMonitor: true, alerts: true, dashboard: true };
const metrics: Readonly<Record<string, MetricEntry>> = controllerMetrics;

/** Metrics that an expression reads, by the names that they are registered under. */
function metricsIn(expr: string): string[] {
  const words = expr.match(/\b(understudy|controller_runtime|workqueue|leader_election|rest_client)_\w+/g) ?? [];
  return words.map((word) => word.replace(/_(bucket|sum|count)$/, ''));
}

/** Labels that an expression keeps or selects by. */
function labelsIn(expr: string): string[] {
  const kept = [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list]) => (list ?? '').split(', '));
  const selected = [...expr.matchAll(/(\w+)=~?"/g)].map(([, label]) => label ?? '');
  return [...kept, ...selected];
}

/** What of an expression no metric has. */
function unknownIn(expr: string): string[] {
  const names = metricsIn(expr);
  const known = names.flatMap((name) => metrics[name]?.labels ?? []);
  // Prometheus's own: buckets of a histogram, and the pod that was scraped.
  const labels = [...known, 'le', 'pod'];
  return [
    ...names.filter((name) => metrics[name] === undefined),
    ...labelsIn(expr).filter((label) => !labels.includes(label)),
  ];
}

describe('metrics', () => {
  it('follow the conventions of Prometheus', () => {
    for (const [name, { type, help, labels }] of Object.entries(metrics)) {
      expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect({ name, isTotal: name.endsWith('_total') }).toEqual({ name, isTotal: type === 'counter' });
      expect({ name, isSeconds: name.endsWith('_seconds') }).toEqual({
        name,
        isSeconds: type === 'histogram' || name.includes('_seconds'),
      });
      expect(help).toMatch(/^[A-Z].*\.$/);
      expect(new Set(labels).size).toBe(labels.length);
    }
  });

  it('have the names that others rely on', () => {
    expect(Object.keys(understudyMetrics).sort()).toEqual([
      'understudy_active_site',
      'understudy_failover_step_duration_seconds',
      'understudy_fence_pending',
      'understudy_leases_held',
      'understudy_plan_phase',
      'understudy_readiness_findings',
      'understudy_replication_lag_seconds',
      'understudy_vantage_verdict',
    ]);
  });
});

describe('alerts', () => {
  const all = alerts({ leaseName: 'lease', maxLagSeconds: 60 });

  it.each(all.map((alert) => [alert.name, alert] as const))(
    '%s reads what the controller exports',
    (_, alert: Alert) => {
      expect(metricsIn(alert.expr).length).toBeGreaterThan(0);
      expect(unknownIn(alert.expr)).toEqual([]);
    },
  );

  it.each(all.map((alert) => [alert.name, alert] as const))('%s names only labels that its series keep', (_, alert) => {
    const texts = [alert.summary, alert.description, alert.runbook].join(' ');
    const named = [...texts.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label ?? '');
    const kept = /^(?:count|max|sum) by \(([^)]*)\)/.exec(alert.expr)?.[1]?.split(', ') ?? [];
    expect(named.filter((label) => !kept.includes(label))).toEqual([]);
  });

  it('have names of their own, and say what to do', () => {
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    expect(all.filter(({ runbook }) => runbook.length < 40)).toEqual([]);
  });
});

describe('objects for Prometheus and Grafana', () => {
  it('are made only where they are asked for', () => {
    const kinds = controllerObjects().map(({ kind }) => kind);
    for (const kind of ['ServiceMonitor', 'PrometheusRule', 'ConfigMap']) {
      expect(kinds).not.toContain(kind);
      expect(onlyOf(kind, { settings: { monitoring: everything } }).metadata.namespace).toBe('understudy-system');
    }
  });

  it('scrape the Service, keep the namespaces of plans, and carry your labels', () => {
    const settings = { monitoring: { ...everything, scrapeSeconds: 30, labels: { release: 'prometheus' } } };
    const { metadata, spec } = onlyOf('ServiceMonitor', { settings });
    const service = onlyOf('Service');
    expect(service.metadata).toMatchObject({ labels: spec.selector.matchLabels });
    expect(spec.namespaceSelector.matchNames).toEqual([service.metadata.namespace]);
    expect(spec.endpoints).toEqual([{ port: service.spec.ports[0].name, interval: '30s', honorLabels: true }]);
    expect(metadata).toMatchObject({ labels: { release: 'prometheus' } });
    expect(onlyOf('PrometheusRule', { settings }).metadata).toMatchObject({ labels: { release: 'prometheus' } });
  });

  it('have rules as the operator takes them', () => {
    const [group, ...more] = onlyOf('PrometheusRule', { settings: { monitoring: everything } }).spec.groups;
    expect(more).toEqual([]);
    for (const rule of group.rules) {
      expect(Object.keys(rule).sort()).toEqual(['alert', 'annotations', 'expr', 'for', 'labels']);
      expect(rule.for).toMatch(/^\d+[smh]$/);
      expect(['critical', 'warning']).toContain(rule.labels.severity);
    }
  });

  it('measure lag against the strictest application', () => {
    const lagRule = (props: Parameters<typeof onlyOf>[1]) =>
      onlyOf('PrometheusRule', props).spec.groups[0].rules.find(
        ({ alert }: { alert: string }) => alert === 'UnderstudyReplicationLag',
      ).expr;
    const apps = [appOf({ objectives: { rpo: '2m' } }), appOf({ objectives: { rpo: '30s' } })];
    const monitoring = everything;
    expect(lagRule({ apps, settings: { monitoring } })).toMatch(/> 30$/);
    expect(lagRule({ apps, settings: { monitoring: { ...monitoring, maxLagSeconds: 5 } } })).toMatch(/> 5$/);
    expect(lagRule({ settings: { monitoring } })).toMatch(/> 60$/);
  });

  it('have a dashboard that reads what the controller exports, and shows all of its own metrics', () => {
    const { data, metadata } = onlyOf('ConfigMap', { settings: { monitoring: everything } });
    const { panels } = JSON.parse(data['understudy.json']) as {
      readonly panels: readonly { readonly id: number; readonly targets: readonly { readonly expr: string }[] }[];
    };
    expect(metadata).toMatchObject({ labels: { grafana_dashboard: '1' } });
    const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
    expect(expressions.flatMap(unknownIn)).toEqual([]);
    const shown = new Set(expressions.flatMap(metricsIn));
    expect(Object.keys(understudyMetrics).filter((name) => !shown.has(name))).toEqual([]);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });
});
