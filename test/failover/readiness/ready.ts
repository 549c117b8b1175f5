import { type FailoverPlanInput, failoverPlanSchema } from '../../../src/api/failover-plan.ts';
import { healthCheckerRanges } from '../../../src/api/health-checker-ranges.ts';
import type { Site } from '../../../src/api/site.ts';
import { type Plan, planOf } from '../../../src/failover/plan.ts';
import { known } from '../../../src/failover/readiness/fact.ts';
import type {
  HealthCheckFacts,
  InstanceFacts,
  ReadinessFacts,
  RecordFacts,
  SiteFacts,
  SwitchBucketFacts,
} from '../../../src/failover/readiness/facts.ts';

/** Far from either backup window. */
export const noonMs = Date.parse('2026-12-01T12:00:00Z');

type SpecInput = FailoverPlanInput['spec'];

/** A plan that asks for all that can be asked for. */
export function planWith(changes: Partial<SpecInput> = {}): Plan {
  const site = (region: string): SpecInput['sites']['primary'] => ({
    region,
    endpointUrl: `https://${region}.trading.example.com/healthz`,
    database: { kind: 'Instance', identifier: 'trading-db-prod-a1' },
    autoScalingGroup: 'trading-asg-prod',
    targetGroup: 'trading-tg-prod',
    capacity: { active: 4, standby: 2 },
    switchBucket: `trading-switch-${region}`,
    journalTable: 'trading-journal-prod',
    topicArn: `arn:aws:sns:${region}:111122223333:trading-alerts-prod`,
  });
  return planOf(
    failoverPlanSchema.parse({
      apiVersion: 'understudy.dev/v1alpha1',
      kind: 'FailoverPlan',
      metadata: { name: 'trading', namespace: 'apps' },
      spec: {
        sites: { primary: site('us-east-1'), secondary: site('us-west-2') },
        witness: { region: 'us-east-2', bucket: 'trading-witness' },
        dns: { name: 'trading.example.com', databaseName: 'db.trading.example.com', ttlSeconds: 10 },
        ...changes,
      },
    }),
  );
}

export const writer: InstanceFacts = {
  kind: 'Instance',
  identifier: 'trading-db-prod-a1',
  status: 'available',
  source: null,
  instanceClass: 'db.r6g.large',
  engineVersion: '16.4',
  isMultiAz: true,
  storage: { sizeGiB: 100, type: 'gp3', iops: 3000, throughputMiBps: 125 },
  backupRetentionDays: 7,
  backupWindow: '03:00-03:30',
  kmsKey: 'arn:aws:kms:us-east-1:111122223333:key/1',
  parameterGroup: { name: 'trading-db-params', status: 'in-sync', set: known({ 'rds.force_ssl': '1' }) },
};

export const replica: InstanceFacts = {
  ...writer,
  source: 'arn:aws:rds:us-east-1:111122223333:db:trading-db-prod-a1',
  backupWindow: '05:00-05:30',
};

export const readableBucket: SwitchBucketFacts = {
  anonymousGet: known('denied'),
  readableFrom: known(healthCheckerRanges),
  encryption: known('AES256'),
};

export const markerCheck: HealthCheckFacts = {
  type: 'HTTPS_STR_MATCH',
  isDisabled: false,
  intervalSeconds: 10,
  failureThreshold: 1,
  path: '/takeover/2',
  children: [],
};

export function calculatedCheck(...children: readonly string[]): HealthCheckFacts {
  return { type: 'CALCULATED', isDisabled: false, intervalSeconds: null, failureThreshold: null, path: null, children };
}

function siteFacts(database: InstanceFacts, inService: number): SiteFacts {
  return {
    database: known(database),
    group: known({ min: 0, max: 8, desired: inService, inService, suspendedProcesses: [] }),
    targets: known({ registered: inService, healthy: inService }),
    switchBucket: known(readableBucket),
    journalTable: known({ isRecoverable: true }),
    alarms: known([{ name: 'trading-db-a-lag-prod', state: 'OK', sinceMs: 0 }]),
    heldPlan: known({ parameter: '/trading/prod/plan', hash: 'abc' }),
    permissions: [{ action: 'ec2:CreateNetworkAclEntry', refusal: known(null) }],
  };
}

function recordsFor(region: string, healthCheckId: string): RecordFacts[] {
  const half = { setIdentifier: region, failover: null, evaluatesTarget: null, healthCheckId };
  return [
    { ...half, name: 'trading.example.com', ttlSeconds: 10 },
    { ...half, name: 'db.trading.example.com', ttlSeconds: 5 },
  ];
}

/** Facts in which nothing is wrong with {@link planWith}'s plan. */
export const ready: ReadinessFacts = {
  active: 'primary',
  actor: 'controller/1',
  planHash: 'abc',
  sites: { primary: siteFacts(writer, 4), secondary: siteFacts(replica, 2) },
  lag: known({ lagSeconds: 0.4, ageMs: 60_000 }),
  heartbeat: known({ unchangedMs: 2_000 }),
  witnessBucket: known(readableBucket),
  witnessPlan: known({ parameter: '/trading/prod/plan', hash: 'abc' }),
  dns: known({
    records: [...recordsFor('us-east-1', 'traffic-east'), ...recordsFor('us-west-2', 'traffic-west')],
    checks: {
      'traffic-east': known(calculatedCheck('open-east')),
      'traffic-west': known(calculatedCheck('marker-west')),
      'open-east': known({ ...markerCheck, path: '/open/1', failureThreshold: 3 }),
      'marker-west': known(markerCheck),
    },
    states: known({ 'traffic-east': 'healthy', 'traffic-west': 'unhealthy' }),
  }),
  checkerRanges: known(healthCheckerRanges),
  promotion: known({ operation: 'trading#3', action: 'Drill', promotionMs: 60_000 }),
};

/** {@link ready}, with something else in one site. */
export function readyBut(site: Site, changes: Partial<SiteFacts>): ReadinessFacts {
  return { ...ready, sites: { ...ready.sites, [site]: { ...ready.sites[site], ...changes } } };
}
