import fc from 'fast-check';
import { type Fact, known, unknown } from '../../../src/failover/readiness/fact.ts';
import type {
  DatabaseFacts,
  DnsFacts,
  HealthCheckFacts,
  ReadinessFacts,
  SiteFacts,
  SwitchBucketFacts,
} from '../../../src/failover/readiness/facts.ts';

/** Any facts that the types allow, with values that the rules know and values that they do not. */

function anyFact<Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Fact<Value>> {
  return fc.oneof(value.map(known), fc.constant(unknown('throttled')));
}

const orNull = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });
const count = fc.nat({ max: 9 });
const identifier = fc.constantFrom('trading-db-prod-a1', 'other-db');
const source = fc.constantFrom(
  'trading-db-prod-a1',
  'arn:aws:rds:us-east-1:111122223333:db:trading-db-prod-a1',
  'arn:',
  '',
);
const status = fc.constantFrom('available', 'backing-up', 'modifying', 'inaccessible-encryption-credentials', '');

const instance: fc.Arbitrary<DatabaseFacts> = fc.record({
  kind: fc.constant('Instance' as const),
  identifier,
  status,
  source: orNull(source),
  instanceClass: orNull(fc.constantFrom('db.t3.small', 'db.r6g.2xlarge', 'db.serverless', 'db', '')),
  engineVersion: orNull(fc.constantFrom('16.4', '16.6')),
  isMultiAz: orNull(fc.boolean()),
  storage: orNull(
    fc.record({
      sizeGiB: count,
      type: orNull(fc.constantFrom('gp3', 'io2')),
      iops: orNull(count),
      throughputMiBps: orNull(count),
    }),
  ),
  backupRetentionDays: orNull(count),
  backupWindow: orNull(fc.constantFrom('03:00-03:30', '23:45-00:15', '12:00-12:30', 'sometimes', '')),
  kmsKey: orNull(fc.constant('key')),
  parameterGroup: orNull(
    fc.record({
      name: fc.constant('params'),
      status: orNull(fc.constantFrom('in-sync', 'pending-reboot')),
      set: anyFact(fc.dictionary(fc.constantFrom('a', 'b', 'c', 'constructor'), fc.string({ maxLength: 2 }))),
    }),
  ),
});

const cluster: fc.Arbitrary<DatabaseFacts> = fc.record({
  kind: fc.constant('Cluster' as const),
  identifier,
  status,
  source: orNull(source),
  instances: count,
  backupRetentionDays: orNull(count),
  engineVersion: orNull(fc.constant('16.4')),
  kmsKey: orNull(fc.constant('key')),
});

const bucket: fc.Arbitrary<SwitchBucketFacts> = fc.record({
  anonymousGet: anyFact(fc.constantFrom('allowed' as const, 'denied' as const)),
  readableFrom: anyFact(fc.array(fc.constantFrom('15.177.0.0/18', '0.0.0.0/0', '::/0', 'nonsense'))),
  encryption: anyFact(orNull(fc.constantFrom('AES256', 'aws:kms', 'aws:kms:dsse'))),
});

const heldPlan = anyFact(
  orNull(fc.record({ parameter: fc.constant('/plan'), hash: orNull(fc.constantFrom('abc', 'def')) })),
);

const siteFacts: fc.Arbitrary<SiteFacts> = fc.record({
  database: anyFact(orNull(fc.oneof(instance, cluster))),
  group: anyFact(
    orNull(
      fc.record({
        min: count,
        max: count,
        desired: count,
        inService: count,
        suspendedProcesses: fc.subarray(['Launch', 'AddToLoadBalancer', 'AZRebalance']),
      }),
    ),
  ),
  targets: anyFact(fc.record({ registered: count, healthy: count })),
  switchBucket: anyFact(orNull(bucket)),
  journalTable: anyFact(orNull(fc.record({ isRecoverable: fc.boolean() }))),
  alarms: anyFact(
    fc.array(
      fc.record({
        name: fc.string({ maxLength: 3 }),
        state: fc.constantFrom('OK', 'ALARM', 'INSUFFICIENT_DATA'),
        sinceMs: orNull(fc.constantFrom(0, Date.parse('2026-12-01T12:00:00Z'))),
      }),
      { maxLength: 7 },
    ),
  ),
  heldPlan,
  permissions: fc.array(
    fc.record({ action: fc.constant('dynamodb:PutItem'), refusal: anyFact(orNull(fc.constant('no'))) }),
  ),
});

const checkId = fc.constantFrom('one', 'two', 'three');
const check: fc.Arbitrary<HealthCheckFacts> = fc.record({
  type: fc.constantFrom('CALCULATED', 'HTTPS_STR_MATCH'),
  isDisabled: fc.boolean(),
  intervalSeconds: orNull(fc.constantFrom(10, 30)),
  failureThreshold: orNull(count),
  path: orNull(fc.constantFrom('/takeover/2', '/open/1', '/healthz')),
  // A check may name itself, or one that nobody has looked at.
  children: fc.array(checkId, { maxLength: 3 }),
});

const dns: fc.Arbitrary<DnsFacts> = fc.record({
  records: fc.array(
    fc.record({
      name: fc.constantFrom('trading.example.com', 'db.trading.example.com', 'other.example.com'),
      setIdentifier: orNull(fc.constantFrom('us-east-1', 'us-west-2', 'other')),
      failover: orNull(fc.constantFrom('PRIMARY' as const, 'SECONDARY' as const)),
      ttlSeconds: orNull(fc.constantFrom(0, 10, 300)),
      evaluatesTarget: orNull(fc.boolean()),
      healthCheckId: orNull(checkId),
    }),
    { maxLength: 6 },
  ),
  checks: fc.dictionary(checkId, anyFact(orNull(check))),
  states: anyFact(fc.dictionary(checkId, fc.constantFrom('healthy' as const, 'unhealthy' as const))),
});

export const anyFacts: fc.Arbitrary<ReadinessFacts> = fc.record({
  active: fc.constantFrom('primary' as const, 'secondary' as const),
  actor: fc.constant('controller/1'),
  planHash: fc.constantFrom('abc', 'def'),
  sites: fc.record({ primary: siteFacts, secondary: siteFacts }),
  lag: anyFact(orNull(fc.record({ lagSeconds: fc.double({ min: 0, max: 1e9, noNaN: true }), ageMs: fc.nat() }))),
  heartbeat: anyFact(orNull(fc.record({ unchangedMs: fc.double({ min: 0, noNaN: true }) }))),
  witnessBucket: anyFact(orNull(bucket)),
  witnessPlan: heldPlan,
  dns: anyFact(dns),
  checkerRanges: anyFact(fc.array(fc.constantFrom('15.177.0.0/18', '107.23.255.0/26', '::/0', 'nonsense'))),
  promotion: anyFact(
    orNull(
      fc.record({
        operation: fc.constant('trading#1'),
        action: fc.constant('Drill'),
        promotionMs: fc.double({ min: 0, max: 1e9, noNaN: true }),
      }),
    ),
  ),
});

function isFact(value: object): value is Fact<unknown> {
  return 'known' in value;
}

/** The same facts, with some that were known made unknown, at any depth: one bit of `hide` a fact, in order. */
export function withHidden<Value>(facts: Value, hide: readonly boolean[]): Value {
  let index = 0;
  const visit = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value !== 'object' || value === null) return value;
    if (isFact(value)) {
      index += 1;
      if (hide[index % hide.length] === true) return unknown('hidden');
    }
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, visit(part)]));
  };
  return visit(facts) as Value;
}
