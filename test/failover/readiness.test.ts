import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Finding } from '../../src/api/failover-plan-status.ts';
import { findingSchema } from '../../src/api/failover-plan-status.ts';
import { type FindingCode, findingTable } from '../../src/api/findings.ts';
import type { Plan } from '../../src/failover/plan.ts';
import { known, unknown } from '../../src/failover/readiness/fact.ts';
import type { DnsFacts, InstanceFacts, ReadinessFacts } from '../../src/failover/readiness/facts.ts';
import { readinessFindings } from '../../src/failover/readiness.ts';
import { anyFacts, withHidden } from './readiness/any-facts.ts';
import {
  calculatedCheck,
  markerCheck,
  noonMs,
  planWith,
  readableBucket,
  ready,
  readyBut,
  replica,
  writer,
} from './readiness/ready.ts';

const plan = planWith();

function findings(facts: ReadinessFacts, by: Plan = plan, wallMs = noonMs): Finding[] {
  return readinessFindings(by, facts, { wallMs });
}

interface Case {
  readonly facts: ReadinessFacts;
  readonly plan?: Plan;
  readonly wallMs?: number;
  /** What the message must name. */
  readonly says: readonly string[];
}

const standby = (changes: Partial<InstanceFacts>) =>
  readyBut('secondary', { database: known({ ...replica, ...changes }) });
const active = (changes: Partial<InstanceFacts>) => readyBut('primary', { database: known({ ...writer, ...changes }) });
const group = { min: 0, max: 8, desired: 2, inService: 2, suspendedProcesses: [] };
const cluster = {
  kind: 'Cluster',
  identifier: 'trading-db-prod-a1',
  status: 'available',
  source: replica.source,
  instances: 0,
  backupRetentionDays: 7,
  engineVersion: '16.4',
  kmsKey: null,
} as const;

function dns(change: (found: DnsFacts) => Partial<DnsFacts>): ReadinessFacts {
  if (!ready.dns.known) throw new Error('the example knows its records');
  return { ...ready, dns: known({ ...ready.dns.value, ...change(ready.dns.value) }) };
}
const records = (change: Partial<DnsFacts['records'][number]>, region = 'us-west-2', name = 'trading.example.com') =>
  dns(({ records: all }) => ({
    records: all.map((record) =>
      record.setIdentifier === region && record.name === name ? { ...record, ...change } : record,
    ),
  }));
const check = (id: string, fact: DnsFacts['checks'][string]) =>
  dns(({ checks }) => ({ checks: { ...checks, [id]: fact } }));

const storage = { sizeGiB: 100, type: 'gp3', iops: 3000, throughputMiBps: 125 };
const openCheck = { ...markerCheck, path: '/open/1', failureThreshold: 3 };

function planWithActive(active: number): Plan {
  const { sites } = plan;
  const primary = { ...sites.primary, capacity: { ...sites.primary.capacity, active } };
  return { ...plan, sites: { ...sites, primary } };
}

/** One thing wrong in facts that are otherwise as they should be; every code of the table has to be here. */
const cases: Readonly<Record<FindingCode, Case>> = {
  CannotTell: {
    facts: readyBut('secondary', { database: unknown('throttled') }),
    says: ['trading-db-prod-a1', 'throttled'],
  },
  DatabaseMissing: { facts: readyBut('primary', { database: known(null) }), says: ['trading-db-prod-a1 in us-east-1'] },
  StandbyNotAvailable: { facts: standby({ status: 'modifying' }), says: ['us-west-2 is modifying'] },
  StandbyBackingUp: { facts: standby({ status: 'backing-up' }), says: ['is backing up'] },
  StandbyNotReplica: { facts: standby({ source: null }), says: ['replicates from nothing'] },
  StandbyFollowsAnother: {
    facts: standby({ source: 'arn:aws:rds:us-east-1:111122223333:db:billing' }),
    says: ['db:billing', 'not of trading-db-prod-a1 in us-east-1'],
  },
  EncryptionKeyUnusable: {
    facts: active({ status: 'inaccessible-encryption-credentials-recoverable' }),
    says: ['us-east-1 is inaccessible-encryption-credentials-recoverable', 'key/1'],
  },
  HeadlessAurora: { facts: readyBut('secondary', { database: known(cluster) }), says: ['cluster trading-db-prod-a1'] },
  SourceBackupsOff: { facts: active({ backupRetentionDays: 0 }), says: ['us-east-1 keeps backups for 0 days'] },
  StandbyBackupsOff: { facts: standby({ backupRetentionDays: 0 }), says: ['us-west-2 keeps backups for 0 days'] },
  BackupWindowsOverlap: { facts: standby({ backupWindow: '03:20-03:50' }), says: ['03:00-03:30', '03:20-03:50'] },
  BackupWindowAhead: { facts: standby({ backupWindow: '12:12-12:42' }), says: ['12:12-12:42', 'opens in 12 min'] },
  StandbyClassSmaller: { facts: standby({ instanceClass: 'db.t3.small' }), says: ['db.t3.small', 'db.r6g.large'] },
  StandbyClassDifferent: { facts: standby({ instanceClass: 'db.m5.large' }), says: ['db.m5.large', 'db.r6g.large'] },
  StorageSmaller: {
    facts: standby({ storage: { sizeGiB: 50, type: 'gp3', iops: 3000, throughputMiBps: 125 } }),
    says: ['50 GiB', '100 GiB'],
  },
  StorageDifferent: {
    facts: standby({ storage: { sizeGiB: 100, type: 'gp2', iops: 300, throughputMiBps: null } }),
    says: ['gp2 with 300 IOPS', 'gp3 with 3000 IOPS and 125 MiB/s'],
  },
  EngineVersionsDiffer: { facts: standby({ engineVersion: '16.6' }), says: ['16.6', '16.4'] },
  ParametersDiffer: {
    facts: standby({ parameterGroup: { name: 'other', status: 'in-sync', set: known({ max_connections: '50' }) } }),
    says: ['max_connections (50, active default)', 'rds.force_ssl (default, active 1)'],
  },
  ParametersPending: {
    facts: standby({ parameterGroup: { name: 'p', status: 'pending-reboot', set: known({ 'rds.force_ssl': '1' }) } }),
    says: ['is pending-reboot'],
  },
  StandbySingleZone: { facts: standby({ isMultiAz: false }), says: ['us-west-2 is not Multi-AZ'] },
  LagOverBudget: {
    facts: { ...ready, lag: known({ lagSeconds: 90, ageMs: 0 }) },
    says: ['1m30s', 'maxDataLoss is 1m'],
  },
  LagUnknown: {
    facts: { ...ready, lag: known({ lagSeconds: 1, ageMs: 3_600_000 }) },
    says: ['the last measurement is 1h old'],
  },
  HeartbeatStale: { facts: { ...ready, heartbeat: known({ unchangedMs: 45_000 }) }, says: ['us-west-2 for 45s'] },
  RtoOverObjective: {
    facts: { ...ready, promotion: known({ operation: 'trading#9', action: 'Drill', promotionMs: 600_000 }) },
    says: ['10m promotion', '30s detection', '= 10m55s', '5m', 'trading#9 (Drill)'],
  },
  GroupMissing: { facts: readyBut('secondary', { group: known(null) }), says: ['trading-asg-prod in us-west-2'] },
  CapacityCapped: {
    facts: readyBut('secondary', { group: known({ ...group, max: 3 }) }),
    says: ['maximum of 3', 'needs 4'],
  },
  CapacityShort: {
    facts: readyBut('primary', { group: known({ ...group, inService: 1 }) }),
    says: ['1 instances', '2 are needed as active'],
  },
  ScalingSuspended: {
    facts: readyBut('secondary', { group: known({ ...group, suspendedProcesses: ['AZRebalance', 'Launch'] }) }),
    says: ['suspended Launch'],
  },
  TargetsUnhealthy: {
    facts: readyBut('secondary', { targets: known({ registered: 2, healthy: 0 }) }),
    says: ['0 of 2 targets', '1 are needed'],
  },
  RecordMissing: {
    facts: dns(({ records: all }) => ({
      records: all.filter((record) => record.setIdentifier !== 'us-west-2' || record.name !== 'trading.example.com'),
    })),
    says: ['trading.example.com has no record for us-west-2'],
  },
  RecordWithoutCheck: { facts: records({ healthCheckId: null }), says: ['record us-west-2 of trading.example.com'] },
  TargetHealthEvaluated: { facts: records({ ttlSeconds: null, evaluatesTarget: true }), says: ['alias us-west-2'] },
  TtlTooLong: { facts: records({ ttlSeconds: 300 }), says: ['300 s', '10 s'] },
  HealthCheckMissing: { facts: check('marker-west', known(null)), says: ['marker-west'] },
  HealthCheckDisabled: {
    facts: check('open-east', known({ ...markerCheck, isDisabled: true })),
    says: ['open-east of us-east-1'],
  },
  HealthCheckSlow: {
    facts: check('marker-west', known({ ...markerCheck, intervalSeconds: 30, failureThreshold: 3 })),
    says: ['needs 3 results, one each 30 s'],
  },
  HealthCheckUnexpected: {
    facts: dns(() => ({ states: known({ 'traffic-east': 'unhealthy', 'traffic-west': 'unhealthy' }) })),
    says: ['active site (traffic-east, us-east-1) is unhealthy'],
  },
  MarkerUnreadable: {
    facts: readyBut('secondary', { switchBucket: known({ ...readableBucket, encryption: known('aws:kms') }) }),
    says: ['trading-switch-us-west-2', 'aws:kms'],
  },
  CheckersBlind: {
    facts: {
      ...ready,
      checkerRanges: known(['15.177.0.0/20', '99.99.99.0/26']),
      witnessBucket: known({ ...readableBucket, readableFrom: known(['15.0.0.0/8']) }),
    },
    says: ['99.99.99.0/26'],
  },
  CheckerRangesOld: {
    facts: { ...ready, checkerRanges: unknown('AccessDenied') },
    wallMs: Date.parse('2027-09-01T12:00:00Z'),
    says: ['10 months ago'],
  },
  NoWitness: { facts: ready, plan: planWith({ witness: undefined }), says: ['no witness'] },
  WithoutTls: {
    facts: ready,
    plan: {
      ...plan,
      sites: { ...plan.sites, primary: { ...plan.sites.primary, endpointUrl: 'http://trading-alb/healthz' } },
    },
    says: ['http://trading-alb/healthz'],
  },
  PlanDiffers: {
    facts: readyBut('secondary', { heldPlan: known({ parameter: '/trading/prod/plan', hash: 'def' }) }),
    says: ['/trading/prod/plan of us-west-2', 'def', 'abc'],
  },
  PermissionMissing: {
    facts: readyBut('primary', {
      permissions: [{ action: 'ec2:CreateNetworkAclEntry', refusal: known('UnauthorizedOperation') }],
    }),
    says: ['controller/1 may not ec2:CreateNetworkAclEntry in us-east-1', 'UnauthorizedOperation'],
  },
  JournalMissing: {
    facts: readyBut('secondary', { journalTable: known(null) }),
    says: ['trading-journal-prod in us-west-2'],
  },
  JournalNotRecoverable: {
    facts: readyBut('secondary', { journalTable: known({ isRecoverable: false }) }),
    says: ['trading-journal-prod in us-west-2'],
  },
  AlarmsWithoutData: {
    facts: readyBut('secondary', {
      alarms: known([{ name: 'trading-5xx-prod', state: 'INSUFFICIENT_DATA', sinceMs: noonMs - 3_600_000 }]),
    }),
    says: ['1 alarms', 'trading-5xx-prod'],
  },
};

describe('readiness findings', () => {
  it('has none where nothing is wrong', () => {
    expect(findings(ready)).toEqual([]);
  });

  it.each(Object.entries(cases))(
    'finds %s, and says what it found',
    (code, { facts, plan: by = plan, wallMs = noonMs, says }) => {
      const found = findings(facts, by, wallMs).filter((finding) => finding.code === code);
      expect(found).not.toEqual([]);
      for (const text of says) expect(found.map(({ message }) => message).join('\n')).toContain(text);
    },
  );

  it.each(Object.entries(cases).filter(([code]) => findingTable[code as FindingCode].severity === 'Error'))(
    'finds no other error beside %s',
    (code, { facts, plan: by = plan, wallMs = noonMs }) => {
      const errors = findings(facts, by, wallMs).filter(({ severity }) => severity === 'Error');
      expect(errors.map((finding) => finding.code)).toEqual([code]);
    },
  );

  it.each([
    ['both databases are as small', standby({ instanceClass: 'db.r6g.large' })],
    [
      'the standby has more storage',
      standby({ storage: { sizeGiB: 200, type: 'gp3', iops: 6000, throughputMiBps: 125 } }),
    ],
    [
      'an alarm is new',
      readyBut('primary', { alarms: known([{ name: 'a', state: 'INSUFFICIENT_DATA', sinceMs: noonMs - 60_000 }]) }),
    ],
    [
      'a process that no failover needs is suspended',
      readyBut('secondary', { group: known({ ...group, suspendedProcesses: ['AZRebalance'] }) }),
    ],
    ['a heartbeat has just moved', { ...ready, heartbeat: known({ unchangedMs: 29_000 }) }],
    ['nothing holds a plan', readyBut('primary', { heldPlan: known(null) })],
    ['no prober keeps a heartbeat', { ...ready, heartbeat: known(null) }],
    [
      'everybody may read the switch',
      readyBut('secondary', {
        switchBucket: known({ ...readableBucket, anonymousGet: known('allowed'), readableFrom: known([]) }),
      }),
    ],
    ['the records are told apart by failover routing', failoverRouted()],
    ['Route 53 alone moves traffic, and the standby is healthy', endpointFollowing()],
  ] as const)('finds nothing where %s', (_what, facts) => {
    expect(findings(facts)).toEqual([]);
  });

  it.each<[string, Finding['code'][], ReadinessFacts, Plan?]>([
    ['a slow interval alone', ['HealthCheckSlow'], check('open-east', known({ ...openCheck, intervalSeconds: 30 }))],
    [
      'two looks for a marker',
      ['HealthCheckSlow'],
      check('marker-west', known({ ...markerCheck, failureThreshold: 2 })),
    ],
    [
      'the same plain name in another region',
      ['StandbyFollowsAnother'],
      standby({ source: 'arn:aws:rds:eu-west-1:111122223333:db:trading-db-prod-a1' }),
    ],
    ['fewer IOPS', ['StorageDifferent'], standby({ storage: { ...storage, iops: 1000 } })],
    ['less throughput', ['StorageDifferent'], standby({ storage: { ...storage, throughputMiBps: 100 } })],
    [
      "a database's name with a long TTL",
      ['TtlTooLong'],
      records({ ttlSeconds: 120 }, 'us-west-2', 'db.trading.example.com'),
    ],
    [
      'a TTL that the plan itself asks for, and that is too long',
      ['TtlTooLong'],
      records({ ttlSeconds: 120 }),
      planWith({ dns: { name: 'trading.example.com', ttlSeconds: 120 } }),
    ],
    [
      'half of an odd number of instances',
      ['CapacityShort'],
      readyBut('primary', { group: known({ ...group, inService: 2 }) }),
      planWithActive(5),
    ],
    [
      'half of the targets of an active site',
      ['TargetsUnhealthy'],
      readyBut('primary', { targets: known({ registered: 4, healthy: 1 }) }),
    ],
  ])('knows %s', (_what, expected, facts, by = plan) => {
    expect(findings(facts, by).map(({ code }) => code)).toEqual(expected);
  });

  it.each<[string, ReadinessFacts, Plan?, number?]>([
    [
      'no backups are taken in the window that is open',
      standby({ backupWindow: '11:50-12:20', backupRetentionDays: 0 }),
    ],
    [
      "the plan's interval is longer than the heartbeat's",
      { ...ready, heartbeat: known({ unchangedMs: 80_000 }) },
      planWith({ detection: { interval: '30s' } }),
    ],
    ['the list of ranges is old, and was compared', ready, plan, Date.parse('2030-01-01T12:00:00Z')],
    [
      'the active site may not grow',
      readyBut('primary', { group: known({ ...group, inService: 4, max: 4, suspendedProcesses: ['Launch'] }) }),
      planWithActive(5),
    ],
    [
      'the standby was given more than it needs',
      standby({ storage: { ...storage, iops: 9000, throughputMiBps: 500 } }),
    ],
  ])('is not alarmed where %s', (_what, facts, by = plan, wallMs = noonMs) => {
    const codes = findings(facts, by, wallMs).map(({ code }) => code);
    expect(codes.filter((code) => !['StandbyBackupsOff', 'RtoOverObjective'].includes(code))).toEqual([]);
  });

  it('speaks of the roles as they are, whichever site is the primary', () => {
    const { primary, secondary } = ready.sites;
    const turned: ReadinessFacts = {
      ...ready,
      active: 'secondary',
      sites: {
        primary: { ...primary, database: known({ ...writer, status: 'stopped' }) },
        secondary: { ...secondary, database: known({ ...writer }) },
      },
    };
    const codes = findings(turned)
      .filter(({ site }) => site === 'primary')
      .map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining(['StandbyNotAvailable', 'StandbyNotReplica']));
  });

  it('has words for a heartbeat that was never seen to move', () => {
    const found = findings({ ...ready, heartbeat: known({ unchangedMs: Number.POSITIVE_INFINITY }) });
    expect(found.map(({ message }) => message)).toEqual([expect.stringContaining('for as long as anybody has looked')]);
  });

  it('says once a site what one reason hides', () => {
    const dark = unknown('no answer in time');
    const { group: seen } = ready.sites.secondary;
    const facts = readyBut('secondary', { database: dark, group: seen, targets: dark, journalTable: dark });
    expect(findings(facts).map(({ message, site }) => `${site}: ${message}`)).toEqual([
      'secondary: cannot tell the state of database trading-db-prod-a1 in us-west-2, the targets of trading-tg-prod in us-west-2 nor whether table trading-journal-prod in us-west-2 is kept: no answer in time',
    ]);
    const more = { ...facts.sites.secondary, group: dark, switchBucket: dark, alarms: dark, heldPlan: dark };
    const all = findings({ ...facts, sites: { ...facts.sites, secondary: more } });
    expect(all.map(({ code }) => code)).toEqual(['CannotTell']);
    expect(all[0]?.message).toMatch(/ nor 3 more: no answer in time$/);
  });

  it('asks for no switch where the plan has no name that moves', () => {
    const nameless = planWith({ dns: undefined, witness: undefined });
    const broken = { ...readyBut('primary', { switchBucket: known(null) }), dns: unknown('not asked') };
    expect(findings(broken, nameless)).toEqual([]);
  });
});

describe('readiness findings of any facts', () => {
  it('never throws, and every finding is of the table, filled in and valid', () => {
    fc.assert(
      fc.property(anyFacts, fc.boolean(), (facts, named) => {
        const by = named ? plan : planWith({ dns: undefined, witness: undefined });
        for (const finding of findings(facts, by)) {
          expect(Object.keys(findingTable)).toContain(finding.code);
          expect(findingSchema.parse(finding)).toEqual(finding);
          expect(`${finding.message} ${finding.remedy}`).not.toMatch(/\{\w+\}|undefined|null|NaN|Infinity/);
        }
      }),
    );
  });

  it('takes nothing unknown for an error', () => {
    fc.assert(
      fc.property(anyFacts, fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }), (facts, hide) => {
        const errors = (of: ReadinessFacts) =>
          findings(of).flatMap((finding) => (finding.severity === 'Error' ? [JSON.stringify(finding)] : []));
        const before = errors(facts);
        for (const error of errors(withHidden(facts, hide))) expect(before).toContain(error);
      }),
    );
  });

  it('says of everything unknown that it cannot be told', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const codes = new Set(findings(withHidden(facts, [true])).map(({ code }) => code));
        for (const code of codes) expect(['CannotTell', 'LagUnknown']).toContain(code);
        expect(codes).toContain('CannotTell');
      }),
    );
  });

  it('sorts by severity, then by code, the same each time', () => {
    const order = ['Error', 'Warning', 'Info'];
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const found = findings(facts);
        const keys = found.map(({ severity, code }) => `${order.indexOf(severity)} ${code}`);
        expect(keys).toEqual([...keys].sort());
        expect(findings(facts)).toEqual(found);
      }),
    );
  });
});

function failoverRouted(): ReadinessFacts {
  return dns(({ records: all }) => ({
    records: all.map((record) => ({
      ...record,
      setIdentifier: record.setIdentifier === 'us-east-1' ? 'a' : 'b',
      failover: record.setIdentifier === 'us-east-1' ? ('PRIMARY' as const) : ('SECONDARY' as const),
    })),
  }));
}

function endpointFollowing(): ReadinessFacts {
  const endpoint = { ...markerCheck, path: '/healthz', failureThreshold: 3 };
  return dns(() => ({
    checks: { 'traffic-east': known(endpoint), 'traffic-west': known(calculatedCheck('e')), e: known(endpoint) },
    states: known({ 'traffic-east': 'healthy', 'traffic-west': 'healthy' }),
  }));
}
