import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import { regionalStackSchema } from '../../src/api/regional-stack.ts';
import { composition, type PatchAndTransformComposition } from '../builder/composition.ts';
import { alarms } from './alarms.ts';
import { certificate } from './certificate.ts';
import { dashboard } from './dashboard.ts';
import { database } from './database.ts';
import { flowLogs } from './flow-logs.ts';
import { functions } from './functions.ts';
import { healthChecks } from './health-checks.ts';
import { instanceRole } from './instance-role.ts';
import { instances } from './instances.ts';
import { journal } from './journal.ts';
import { loadBalancer } from './load-balancer.ts';
import { network } from './network.ts';
import { networkGuards } from './network-guards.ts';
import { parameters } from './parameters.ts';
import { records } from './records.ts';
import { routes } from './routes.ts';
import { schedules } from './schedules.ts';
import { securityGroups } from './security-groups.ts';
import type { StackCapability } from './stack.ts';
import { switchBucket } from './switch-bucket.ts';

/** What a site consists of, in this order. Resources refer to each other by name, across capabilities too. */
const capabilities: readonly ((app: MultiRegionApp) => StackCapability)[] = [
  network,
  routes,
  networkGuards,
  flowLogs,
  securityGroups,
  certificate,
  loadBalancer,
  instanceRole,
  instances,
  database,
  journal,
  switchBucket,
  healthChecks,
  records,
  functions,
  schedules,
  alarms,
  dashboard,
  parameters,
];

/** Compositions belong to no namespace, so the name tells applications and environments apart. */
export function regionalStackName({ metadata, spec }: MultiRegionApp): string {
  return `${metadata.name}-${spec.environment}-regional-stack`;
}

/**
 * The composition of both sites of an application. What the file decides (zones, engine, certificate) is decided here;
 * what differs between the sites, or changes when they swap roles, is read from the RegionalStack.
 */
export function regionalStack(app: MultiRegionApp): PatchAndTransformComposition {
  return composition(regionalStackSchema, {
    name: regionalStackName(app),
    capabilities: capabilities.map((build) => build(app)),
    labels: { 'understudy.dev/app': app.metadata.name, 'understudy.dev/environment': app.spec.environment },
  });
}
