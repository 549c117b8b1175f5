import type { ApiObjectProps } from 'cdk8s';
import { controllerNamespace } from '../cluster-names.ts';
import { type Alert, alerts } from './alerts.ts';
import { dashboard } from './dashboard.ts';
import { type Installation, ownMetadata, podLabels } from './installation.ts';

/** Objects for Prometheus and Grafana that the settings ask for. */
export function monitoring(installation: Installation): ApiObjectProps[] {
  const { monitoring: wanted } = installation.settings;
  return [
    ...(wanted.serviceMonitor ? [serviceMonitor(installation)] : []),
    ...(wanted.alerts ? [prometheusRule(installation)] : []),
    ...(wanted.dashboard ? [dashboardConfigMap(installation)] : []),
  ];
}

/** @see https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.ServiceMonitor */
function serviceMonitor(installation: Installation): ApiObjectProps {
  const { labels, scrapeSeconds } = installation.settings.monitoring;
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata: ownMetadata(installation, '', labels),
    spec: {
      namespaceSelector: { matchNames: [controllerNamespace] },
      selector: { matchLabels: podLabels(installation) },
      endpoints: [
        {
          port: 'metrics',
          interval: `${scrapeSeconds}s`,
          // The label `namespace` is the plan's. Without this it would become the pod's.
          honorLabels: true,
        },
      ],
    },
  };
}

/** @see https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PrometheusRule */
function prometheusRule(installation: Installation): ApiObjectProps {
  const { labels } = installation.settings.monitoring;
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: ownMetadata(installation, '', labels),
    spec: { groups: [{ name: 'understudy', rules: alerts(installation).map(rule) }] },
  };
}

function rule({ name, severity, expr, for: holds, summary, description, runbook }: Alert): object {
  return {
    alert: name,
    expr,
    for: holds,
    labels: { severity },
    annotations: { summary, description, runbook },
  };
}

/** Grafana's sidecar takes every ConfigMap with this label, by the default of its Helm chart. */
function dashboardConfigMap(installation: Installation): ApiObjectProps {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: ownMetadata(installation, '-dashboard', { grafana_dashboard: '1' }),
    data: { 'understudy.json': `${JSON.stringify(dashboard(), null, 2)}\n` },
  };
}
