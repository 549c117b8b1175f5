import { describe, expect, it } from '@jest/globals';
import { checkFailoverPlan } from '../../src/api/checks/failover-plan.ts';
import type { FailoverPlan } from '../../src/api/failover-plan.ts';
import { failoverPlanOf } from '../../src/api/failover-plan-of.ts';
import { appOf } from './app-of.ts';
import { planOf, siteOf } from './plan-of.ts';

describe('FailoverPlan', () => {
  it('has the documented defaults', () => {
    const { spec } = planOf();
    expect(spec.objectives).toEqual({ rto: '5m', rpo: '1m' });
    expect(spec.detection).toEqual({
      interval: '10s',
      failureThreshold: 3,
      vantages: [
        { name: 'controller', kind: 'Controller', domain: 'operations' },
        { name: 'dns', kind: 'Dns', domain: 'route53' },
      ],
      minHealthyTargetsPercent: 50,
    });
    expect(spec.policy).toEqual({
      mode: 'Automatic',
      maxDataLoss: '60s',
      cooldown: '30m',
      reprotect: 'Manual',
      abortIfRecovered: true,
      singleDomain: 'Hold',
    });
    expect(spec.priority).toBe(0);
    expect(spec.suspended).toBe(false);
    expect(spec.sites.primary.database.port).toBe(5432);
  });

  it('keeps defaults from being shared between plans', () => {
    planOf().spec.detection.vantages.push({ name: 'x', kind: 'Witness', domain: 'eu-west-1' });
    expect(planOf().spec.detection.vantages).toHaveLength(2);
  });

  it('takes what it gave: parsing is idempotent', () => {
    const plan = planOf();
    expect(planOf(plan.spec)).toEqual(plan);
  });
});

describe('checkFailoverPlan', () => {
  const primary = siteOf('us-east-1');
  const secondary = siteOf('us-west-2');
  const vantage = (domain: string) => ({ name: domain, kind: 'Prober' as const, domain });

  it('finds nothing wrong with the least plan', () => {
    expect(checkFailoverPlan(planOf())).toEqual([]);
  });

  it.each<[string, FailoverPlan, string, string]>([
    [
      'two sites in one region',
      planOf({ sites: { primary, secondary: siteOf('us-east-1') } }),
      'US1012',
      'spec.sites.secondary.region',
    ],
    [
      'a witness in a site',
      planOf({ witness: { region: 'us-west-2', bucket: 'witness' } }),
      'US1012',
      'spec.witness.region',
    ],
    [
      'Aurora without a global cluster',
      planOf({
        sites: { primary: siteOf('us-east-1', { database: { kind: 'AuroraGlobal', identifier: 'c' } }), secondary },
      }),
      'US1006',
      'spec.sites.primary.database.globalClusterIdentifier',
    ],
    [
      'a group that would be scaled to nothing',
      planOf({ sites: { primary, secondary: siteOf('us-west-2', { autoScalingGroup: 'asg' }) } }),
      'US1006',
      'spec.sites.secondary.capacity.active',
    ],
    [
      'a site that nothing leads to',
      planOf({ sites: { primary: siteOf('us-east-1', { endpointUrl: undefined }), secondary } }),
      'US1006',
      'spec.sites.primary.endpointUrl',
    ],
    [
      'two vantages of one name',
      planOf({ detection: { vantages: [vantage('a'), vantage('b'), { ...vantage('c'), name: 'a' }] } }),
      'US1020',
      'spec.detection.vantages.2.name',
    ],
    ['one vantage', planOf({ detection: { vantages: [vantage('operations')] } }), 'US1018', 'spec.detection.vantages'],
    [
      'vantages in the sites alone',
      planOf({ detection: { vantages: [vantage('us-east-1'), vantage('us-west-2')] } }),
      'US1018',
      'spec.detection.vantages',
    ],
  ])('finds %s', (_, plan, code, path) => {
    expect(checkFailoverPlan(plan).map((problem) => [problem.code, problem.path.join('.')])).toEqual([[code, path]]);
  });

  it('lets one domain do where the plan says so', () => {
    const detection = { vantages: [vantage('operations')] };
    expect(checkFailoverPlan(planOf({ detection, policy: { singleDomain: 'Act' } }))).toEqual([]);
  });
});

describe('failoverPlanOf', () => {
  it('is a valid plan, with and without a domain, a witness and a cluster in a region', () => {
    const domain = { name: 'trading.example.com' };
    for (const app of [
      appOf(),
      appOf({ domain }),
      appOf({ witness: 'none' }),
      appOf({ domain, operations: { region: 'us-east-1' } }),
      appOf({ domain, operations: { region: 'us-west-2' } }),
      appOf({ detection: { witness: true } }),
    ]) {
      expect(checkFailoverPlan(failoverPlanOf(app))).toEqual([]);
    }
  });

  it('carries over what the application says', () => {
    const { metadata, spec } = failoverPlanOf(
      appOf({
        domain: { name: 'trading.example.com', existingZoneId: 'Z0123456789' },
        accountId: '111122223333',
        instances: { count: 4, standbyCount: 1, healthCheckPath: '/ready' },
        objectives: { rto: '10m', rpo: '2m' },
        failover: { mode: 'Manual', priority: 7 },
        detection: { interval: '5s' },
      }),
    );
    expect(metadata).toMatchObject({ name: 'trading', namespace: 'default' });
    expect(spec.sites.secondary).toEqual({
      region: 'us-west-2',
      endpointUrl: 'https://us-west-2.trading.example.com/ready',
      database: { kind: 'Instance', identifier: 'trading-db-dev-a1', port: 5432, name: 'app' },
      autoScalingGroup: 'trading-asg-dev',
      capacity: { active: 4, standby: 1 },
      targetGroup: 'trading-tg-dev',
      switchBucket: 'trading-switch-dev-111122223333-us-west-2',
      journalTable: 'trading-journal-dev',
      topicArn: 'arn:aws:sns:us-west-2:111122223333:trading-alerts-dev',
      fencing: { networkAcl: 'trading-db-acl-dev', applicationCidrs: ['10.1.64.0/20', '10.1.80.0/20'] },
      stackRef: { name: 'trading-secondary' },
    });
    expect(spec.witness).toEqual({ region: 'us-east-2', bucket: 'trading-witness-dev-111122223333-us-east-2' });
    expect(spec.dns).toEqual({
      name: 'trading.example.com',
      databaseName: 'db.trading.example.com',
      healthName: '_health.trading.example.com',
      ttlSeconds: 10,
    });
    expect(spec.objectives).toEqual({ rto: '10m', rpo: '2m' });
    expect(spec.policy.mode).toBe('Manual');
    expect(spec.priority).toBe(7);
    expect(spec.detection.interval).toBe('5s');
    expect(spec.detection.vantages.map(({ domain }) => domain)).toEqual([
      'operations',
      'us-east-1',
      'us-west-2',
      'route53',
    ]);
  });

  it('has the labels of the application, by which controllers share plans', () => {
    const app = appOf();
    const labels = { shard: 'a' };
    expect(failoverPlanOf({ ...app, metadata: { ...app.metadata, labels } }).metadata.labels).toEqual(labels);
    expect(failoverPlanOf(app).metadata).not.toHaveProperty('labels');
  });

  it('has the witness among its vantages where the file says so, in the region of its bucket', () => {
    const { detection, witness } = failoverPlanOf(appOf({ witness: 'us-west-1', detection: { witness: true } })).spec;
    expect(detection.vantages.at(-1)).toEqual({ name: 'witness', kind: 'Witness', domain: 'us-west-1' });
    expect(witness?.region).toBe('us-west-1');
    const kinds = failoverPlanOf(appOf()).spec.detection.vantages.map(({ kind }) => kind);
    expect(kinds).not.toContain('Witness');
  });
});
