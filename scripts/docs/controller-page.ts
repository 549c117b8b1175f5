import type { z } from 'zod';
import type { AccessRule } from '../../charts/controller/access-rule.ts';
import type { Alert } from '../../charts/controller/alerts.ts';
import type { FlagEntry } from '../../src/api/controller-flags.ts';
import type { MetricEntry } from '../../src/api/metrics.ts';
import { fieldTable } from './kind-page.ts';

/** What the controller's page tells, each from the table that the product itself uses. */
export interface ControllerPage {
  readonly settings: z.ZodType;
  readonly flags: Readonly<Record<string, FlagEntry>>;
  readonly environment: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, MetricEntry>>;
  readonly alerts: readonly Alert[];
  readonly access: {
    readonly everywhere: readonly AccessRule[];
    readonly ownNamespace: readonly AccessRule[];
    /** Of an example. */
    readonly application: readonly AccessRule[];
  };
}

/** Reference page of the controller: how it is set up, what it may do, and how it is watched. */
export function controllerPage(page: ControllerPage): string {
  const { everywhere, ownNamespace, application } = page.access;
  return [
    '# The controller',
    'It runs in the namespace `understudy-system` of the operations cluster, from `dist/0001-controller.k8s.yaml`. Build its image with the version that package.json has, push it, and name it in a file of settings:',
    '```\ndocker build -t registry.example.com/understudy-controller:0.1.0 .\necho "image: registry.example.com/understudy-controller:0.1.0" > controller.yaml\nUNDERSTUDY_CONTROLLER=controller.yaml npm run synth\nkubectl apply --server-side -f dist/\n```',
    '## Settings',
    'The file that `UNDERSTUDY_CONTROLLER` names when manifests are made. Every field has a default.',
    fieldTable(page.settings),
    '## AWS credentials',
    'No manifest ever holds any. `understudy iam-policy FILE` prints the policy of the role for each application, and [Permissions in AWS](iam.md) explains it.',
    '- **IRSA**: the ServiceAccount `understudy-controller` is annotated with the role. Its trust policy names `system:serviceaccount:understudy-system:understudy-controller`.\n- **PodIdentity**: `aws eks create-pod-identity-association --cluster-name CLUSTER --namespace understudy-system --service-account understudy-controller --role-arn ARN`. Nothing of it is in a manifest.\n- **Secret**: `kubectl create secret generic aws-credentials -n understudy-system --from-file=credentials=FILE`. It is mounted as a file that only the process may read.',
    '## Command line',
    'The Deployment passes what differs from the defaults. A flag wins over its variable.',
    table(['Flag', 'Variable', 'Default', 'Description'], Object.entries(page.flags).map(flagRow)),
    '## Environment',
    'Beside the variables above, those of the AWS SDK count; the ones that matter here:',
    table(
      ['Variable', 'Description'],
      Object.entries(page.environment).map(([name, text]) => [code(name), text]),
    ),
    '## What it may do in the cluster',
    'In all namespaces:',
    accessTable(everywhere),
    'In its own:',
    accessTable(ownNamespace),
    "In an application's, by a Role that is part of the application's manifest. The names are those of the application `trading` with every default and a domain:",
    accessTable(application),
    'Two admission policies narrow `patch`: of a managed resource the controller changes nothing of the spec, so it may pause it and no more; of a RegionalStack or GlobalServices, nothing of the spec but `spec.failover`.',
    '## Metrics',
    `On port 8080, at /metrics. The label \`namespace\` is the plan's: scrape with \`honorLabels: true\`, as the ServiceMonitor does. Only the replica that leads has the series of plans.`,
    table(['Metric', 'Type', 'Labels', 'Meaning'], Object.entries(page.metrics).map(metricRow)),
    '## Alerts',
    'With `monitoring.alerts`, as a PrometheusRule. `UnderstudyReplicationLag` measures against `monitoring.maxLagSeconds`.',
    table(['Alert', 'Severity', 'After', 'Means', 'What to do'], page.alerts.map(alertRow)),
    '## Health',
    'On port 8081. `/healthz`: the process works; Kubernetes restarts it otherwise. `/readyz`: it has synced, and reaches the API server. `/readyz?verbose` lists the checks.',
  ]
    .join('\n\n')
    .concat('\n');
}

function flagRow([name, { env, default: byDefault, description, choices }]: readonly [string, FlagEntry]): string[] {
  const words = choices === undefined ? '' : ` One of ${choices.map(code).join(', ')}.`;
  return [
    code(`--${name}`),
    env === undefined ? '' : code(env),
    byDefault === undefined ? '' : code(String(byDefault)),
    `${description}${words}`,
  ];
}

function metricRow([name, { type, labels, help }]: readonly [string, MetricEntry]): string[] {
  return [code(name), type, labels.map(code).join(', '), help];
}

function alertRow({ name, severity, for: after, summary, description, runbook }: Alert): string[] {
  return [code(name), severity, after, `${named(summary)}. ${named(description)}`, named(runbook)];
}

/** Without Prometheus' templates: a capital word stands for what the alert fills in. */
function named(text: string): string {
  return text
    .replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: string) => label.toUpperCase())
    .replaceAll(/\{\{ \$value[^}]*\}\}/g, 'VALUE');
}

function accessTable(rules: readonly AccessRule[]): string {
  return table(
    ['Resources', 'Verbs', 'Names', 'Why'],
    rules.map(({ apiGroup, resources, verbs, resourceNames, why }) => [
      resources.map((resource) => code(inGroup(resource, apiGroup))).join('<br>'),
      verbs.join(', '),
      (resourceNames ?? ['all']).map((name) => (resourceNames === undefined ? name : code(name))).join('<br>'),
      why,
    ]),
  );
}

/** `failovers.understudy.dev/status` */
function inGroup(resource: string, apiGroup: string): string {
  const [plural, ...subresource] = resource.split('/');
  return [apiGroup === '' ? plural : `${plural}.${apiGroup}`, ...subresource].join('/');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}

function code(text: string): string {
  return `\`${text}\``;
}
