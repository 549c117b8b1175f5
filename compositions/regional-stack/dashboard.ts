import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import { metricNamespace, regionalName, scopeOf, siteFunctionNames, siteNames } from '../../src/api/names.ts';
import { regionalStackSchema } from '../../src/api/regional-stack.ts';
import { cloudwatch } from '../builder/aws-kinds.ts';
import { capability } from '../builder/capability.ts';
import { externalName } from '../external-name.ts';
import { inRegion } from '../in-region.ts';
import { commonNames, type StackCapability } from './stack.ts';

/** Widgets stand on a grid of this many columns. */
const columns = 24;
const perRow = 3;
const height = 6;

interface Graph {
  readonly title: string;
  /** Each is a metric as CloudWatch writes it, or a search expression. */
  readonly metrics: readonly (readonly unknown[])[];
  readonly stat: string;
}

/**
 * The site at a glance, in its own region, so that it can be looked at while the other one is dark.
 *
 * Source: "Dashboard body structure and syntax", Amazon CloudWatch API Reference.
 */
export function dashboard(app: MultiRegionApp): StackCapability {
  return capability(regionalStackSchema, ({ xr, resource }) => {
    const { region } = xr.spec;
    resource(
      'dashboard',
      cloudwatch.Dashboard,
      { forProvider: { region, dashboardBody: inRegion(region, (each) => bodyOf(app, each)) } },
      { annotations: externalName(inRegion(region, (each) => siteNames({ ...scopeOf(app), region: each }).dashboard)) },
    );
  });
}

function bodyOf(app: MultiRegionApp, region: string): string {
  const width = columns / perRow;
  const widgets = graphsOf(app).map(({ title, metrics, stat }, index) => ({
    type: 'metric',
    x: (index % perRow) * width,
    y: Math.floor(index / perRow) * height,
    width,
    height,
    properties: { title, region, stat, period: 60, view: 'timeSeries', metrics },
  }));
  return JSON.stringify({ widgets });
}

function graphsOf(app: MultiRegionApp): Graph[] {
  const names = commonNames(app);
  const databases = regionalName(scopeOf(app), 'db');
  const readiness = ['App', app.metadata.name, 'Environment', app.spec.environment];
  const ofDatabases = (title: string, metric: string, stat: string): Graph => ({
    title,
    stat,
    metrics: [search('AWS/RDS', 'DBInstanceIdentifier', databases, metric, stat)],
  });
  const ofRequests = (title: string, metric: string, stat: string): Graph => ({
    title,
    stat,
    metrics: [search('AWS/ApplicationELB', 'LoadBalancer', names.loadBalancer, metric, stat)],
  });
  const ofFunctions = (title: string, metric: string): Graph => ({
    title,
    stat: 'Sum',
    metrics: siteFunctionNames.map((name) => ['AWS/Lambda', metric, 'FunctionName', names.functions[name]]),
  });
  return [
    { title: 'Ready to fail over', stat: 'Minimum', metrics: [[metricNamespace, 'FailoverReady', ...readiness]] },
    ofDatabases('Replica lag, seconds', 'ReplicaLag', 'Maximum'),
    {
      title: 'Healthy targets',
      stat: 'Minimum',
      metrics: [
        search('AWS/ApplicationELB', 'LoadBalancer,TargetGroup', names.targetGroup, 'HealthyHostCount', 'Minimum'),
      ],
    },
    ofRequests('Requests', 'RequestCount', 'Sum'),
    ofRequests('Errors of the application', 'HTTPCode_Target_5XX_Count', 'Sum'),
    ofRequests('Response time, seconds', 'TargetResponseTime', 'p99'),
    ofDatabases('Database CPU, percent', 'CPUUtilization', 'Average'),
    ofDatabases('Database connections', 'DatabaseConnections', 'Maximum'),
    {
      title: 'Instances in service',
      stat: 'Minimum',
      metrics: [['AWS/AutoScaling', 'GroupInServiceInstances', 'AutoScalingGroupName', names.autoScalingGroup]],
    },
    ofFunctions('Errors of the functions', 'Errors'),
    ofFunctions('Starts of the functions', 'Invocations'),
  ];
}

/**
 * Finds what AWS or a later generation named, by the words in the part of the name that is known: a term with a hyphen
 * would be taken apart into them anyway.
 *
 * Source: "CloudWatch search expression syntax", Amazon CloudWatch User Guide.
 */
function search(namespace: string, dimensions: string, name: string, metric: string, stat: string): readonly unknown[] {
  const words = name.replaceAll('-', ' ');
  return [{ expression: `SEARCH('{${namespace},${dimensions}} MetricName="${metric}" ${words}', '${stat}', 60)` }];
}
