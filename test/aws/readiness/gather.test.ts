import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { functionPermissions } from '../../../compositions/permissions/function-permissions.ts';
import { defaultVantages, type FailoverPlanInput, failoverPlanSchema } from '../../../src/api/failover-plan.ts';
import type { Finding } from '../../../src/api/failover-plan-status.ts';
import { findingTable } from '../../../src/api/findings.ts';
import { type SiteScope, scopeOf } from '../../../src/api/names.ts';
import { AwsClients } from '../../../src/aws/clients.ts';
import { planHash } from '../../../src/aws/plan-hash.ts';
import { gatherReadiness } from '../../../src/aws/readiness/gather.ts';
import { planOf } from '../../../src/failover/plan.ts';
import { known } from '../../../src/failover/readiness/fact.ts';
import type { ReadinessFacts } from '../../../src/failover/readiness/facts.ts';
import { readinessFindings } from '../../../src/failover/readiness.ts';
import { appOf } from '../../compositions/regional-stack/rendered-site.ts';
import { usedByAws } from '../../iam/policy-replay.ts';
import { credentials, type LocalAws, startLocalAws } from '../local-aws.ts';
import { ManualClock } from '../manual-clock.ts';
import { type Account, servicesOf } from './account.ts';

const topicArn = 'arn:aws:sns:us-west-2:111122223333:alerts';
const writerArn = 'arn:aws:rds:us-east-1:111122223333:db:trading-east';
const clock = new ManualClock();
const longAgo = new Date(clock.now().wallMs - 86_400_000);

let account: Account;
let aws: LocalAws;
beforeAll(async () => {
  aws = await startLocalAws(
    servicesOf(() => account),
    20_000,
  );
});
afterAll(() => aws.close());
beforeEach(() => {
  aws.faults.clear();
  account = wellRunAccount();
});

function planResource() {
  const site = (region: string, name: string): FailoverPlanInput['spec']['sites']['primary'] => ({
    region,
    endpointUrl: `https://${region}.trading.example.com/healthz`,
    database: { kind: 'Instance', identifier: `trading-${name}` },
    autoScalingGroup: 'trading-asg',
    targetGroup: 'trading-tg',
    capacity: { active: 2, standby: 2 },
    switchBucket: `switch-${name}`,
    journalTable: 'trading-journal',
    topicArn,
    fencing: { networkAcl: 'trading-db-acl', applicationCidrs: ['10.0.10.0/24'] },
  });
  return failoverPlanSchema.parse({
    apiVersion: 'understudy.dev/v1alpha1',
    kind: 'FailoverPlan',
    metadata: { name: 'trading', namespace: 'apps' },
    spec: {
      sites: { primary: site('us-east-1', 'east'), secondary: site('us-west-2', 'west') },
      witness: { region: 'us-east-2', bucket: 'witness-ohio' },
      detection: {
        vantages: [...defaultVantages, { name: 'witness', kind: 'Witness', domain: 'us-east-2' }],
      },
      dns: { name: 'trading.example.com', databaseName: 'db.trading.example.com' },
    },
  });
}

function wellRunAccount(): Account {
  const database = {
    DBInstanceStatus: 'available',
    DBInstanceClass: 'db.r6g.large',
    EngineVersion: '16.4',
    MultiAZ: true,
    AllocatedStorage: 100,
    StorageType: 'gp3',
    Iops: 3000,
    StorageThroughput: 125,
    BackupRetentionPeriod: 7,
    KmsKeyId: 'key',
    DBParameterGroups: [{ DBParameterGroupName: 'trading-db-params', ParameterApplyStatus: 'in-sync' }],
  };
  const record = (Name: string, region: string, HealthCheckId: string) => ({
    Name,
    Type: 'CNAME' as const,
    SetIdentifier: region,
    TTL: 10,
    HealthCheckId,
  });
  return {
    instances: [
      { ...database, DBInstanceIdentifier: 'trading-east', PreferredBackupWindow: '03:00-03:30' },
      {
        ...database,
        DBInstanceIdentifier: 'trading-west',
        PreferredBackupWindow: '05:00-05:30',
        ReadReplicaSourceDBInstanceIdentifier: writerArn,
      },
    ],
    held: Promise.resolve(),
    clusters: [],
    members: [],
    parameters: [
      [
        { ParameterName: 'rds.force_ssl', ParameterValue: '1', Source: 'user' },
        { ParameterName: 'work_mem', ParameterValue: '4096', Source: 'engine-default' },
      ],
      [{ ParameterName: 'max_connections', ParameterValue: '500', Source: 'user' }],
    ],
    group: {
      AutoScalingGroupName: 'trading-asg',
      MinSize: 0,
      MaxSize: 8,
      DesiredCapacity: 2,
      DefaultCooldown: 300,
      AvailabilityZones: ['us-west-2a'],
      HealthCheckType: 'EC2',
      CreatedTime: new Date(0),
      Instances: (['InService', 'InService', 'Pending'] as const).map((LifecycleState, index) => ({
        InstanceId: `i-${index}`,
        AvailabilityZone: 'us-west-2a',
        LifecycleState,
        HealthStatus: 'Healthy',
        ProtectedFromScaleIn: false,
      })),
    },
    targets: ['healthy', 'healthy', 'initial'],
    alarms: [[]],
    datapoints: { 'trading-west': 0.5, 'traffic-east': 1, 'traffic-west': 0 },
    recovery: 'ENABLED',
    plan: JSON.stringify(planResource()),
    route53: {
      zones: [{ id: 'Z1', name: 'example.com.', isPrivate: false }],
      records: ['trading.example.com.', 'db.trading.example.com.'].flatMap((name) => [
        record(name, 'us-east-1', 'traffic-east'),
        record(name, 'us-west-2', 'traffic-west'),
      ]),
      checks: {
        'traffic-east': { Type: 'CALCULATED', ChildHealthChecks: ['open'] },
        'traffic-west': { Type: 'CALCULATED', ChildHealthChecks: ['marker'] },
        open: { Type: 'HTTPS_STR_MATCH', ResourcePath: '/open/1', RequestInterval: 10, FailureThreshold: 3 },
        marker: { Type: 'HTTPS_STR_MATCH', ResourcePath: '/takeover/2', RequestInterval: 10, FailureThreshold: 1 },
      },
      checkerRanges: ['15.177.0.0/18'],
    },
  };
}

function gather(clients: AwsClients = aws.clients, callMs = 20_000, acts = true): Promise<ReadinessFacts> {
  const plan = planOf(planResource());
  return gatherReadiness({
    plan,
    planHash: planHash(plan),
    active: 'primary',
    actor: 'controller/1',
    acts,
    clients,
    clock,
    callMs,
    planParameter: '/trading/prod/plan',
    heartbeat: known({ unchangedMs: 1_000 }),
    promotion: known({ operation: 'trading#1', action: 'Drill', promotionMs: 60_000 }),
    pauseMs: 0,
  });
}

async function findings(): Promise<Finding[]> {
  return readinessFindings(planOf(planResource()), await gather(), clock.now());
}

async function codes(): Promise<string[]> {
  return (await findings()).map(({ code }) => code);
}

describe('facts of an account', () => {
  it('leave nothing to find where all is well', async () => {
    expect(await findings()).toEqual([]);
  });

  it('are as AWS tells them', async () => {
    const facts = await gather();
    expect(facts.sites.secondary.database).toEqual(
      known({
        kind: 'Instance',
        identifier: 'trading-west',
        status: 'available',
        source: writerArn,
        instanceClass: 'db.r6g.large',
        engineVersion: '16.4',
        isMultiAz: true,
        storage: { sizeGiB: 100, type: 'gp3', iops: 3000, throughputMiBps: 125 },
        backupRetentionDays: 7,
        backupWindow: '05:00-05:30',
        kmsKey: 'key',
        parameterGroup: {
          name: 'trading-db-params',
          status: 'in-sync',
          set: known({ 'rds.force_ssl': '1', max_connections: '500' }),
        },
      }),
    );
    expect(facts.sites.secondary.group).toEqual(
      known({ min: 0, max: 8, desired: 2, inService: 2, suspendedProcesses: [] }),
    );
    expect(facts.sites.secondary.targets).toEqual(known({ registered: 3, healthy: 2 }));
    expect(facts.sites.secondary.switchBucket).toEqual(
      known({ anonymousGet: known('allowed'), readableFrom: known(['0.0.0.0/0']), encryption: known('AES256') }),
    );
    expect(facts.lag).toEqual(known({ lagSeconds: 0.5, ageMs: 60_000 }));
    expect(facts.checkerRanges).toEqual(known(['15.177.0.0/18']));
    expect(facts.sites.primary.permissions.map(({ action, refusal }) => [action, refusal])).toEqual([
      ['dynamodb:PutItem', known(null)],
      ['ec2:CreateNetworkAclEntry', known(null)],
      ['ec2:DeleteNetworkAclEntry', known(null)],
    ]);
  });

  it.each<[string, string, (account: Account) => void]>([
    ['DatabaseMissing', 'an instance is gone', (it) => it.instances.pop()],
    ['GroupMissing', 'the group is gone', (it) => Object.assign(it, { group: null })],
    ['JournalMissing', 'the table is gone', (it) => Object.assign(it, { recovery: null })],
    ['JournalNotRecoverable', 'the table cannot be restored', (it) => Object.assign(it, { recovery: 'DISABLED' })],
    ['PlanDiffers', 'the parameter holds no plan', (it) => Object.assign(it, { plan: '{}' })],
    ['LagUnknown', 'nobody measures the lag', (it) => delete it.datapoints['trading-west']],
    [
      'HealthCheckUnexpected',
      'the active is taken for unhealthy',
      (it) => Object.assign(it.datapoints, { 'traffic-east': 0 }),
    ],
    ['CannotTell', 'nobody measures a check', (it) => delete it.datapoints['traffic-west']],
    ['HealthCheckMissing', 'a check is gone', (it) => delete it.route53.checks.marker],
    [
      'AlarmsWithoutData',
      'an alarm of a later page has no data',
      (it) =>
        it.alarms.push([
          {
            AlarmName: 'trading-5xx',
            StateValue: 'INSUFFICIENT_DATA',
            StateTransitionedTimestamp: longAgo,
            AlarmActions: [topicArn],
          },
        ]),
    ],
  ])('lead to %s where %s', async (code, _what, change) => {
    change(account);
    expect(await codes()).toContain(code);
  });

  it("leave out other people's alarms, and those that have data", async () => {
    const alarm = { AlarmName: 'x', StateTransitionedTimestamp: longAgo };
    account.alarms = [
      [
        { ...alarm, StateValue: 'INSUFFICIENT_DATA', AlarmActions: ['arn:aws:sns:us-west-2:111122223333:billing'] },
        { ...alarm, StateValue: 'ALARM', AlarmActions: [topicArn] },
      ],
    ];
    expect(await findings()).toEqual([]);
  });

  it('are of a missing parameter that nothing holds a plan', async () => {
    account.plan = null;
    expect(await findings()).toEqual([]);
  });

  it('are had with the permissions that the table asks for', async () => {
    const before = aws.calls.length;
    await gather();
    const needed = aws.calls.slice(before).flatMap(actionsOf);
    const asked = Object.values(findingTable).flatMap(({ asks }) => asks as readonly string[]);
    expect(needed.length).toBeGreaterThan(20);
    for (const action of needed) expect(asked).toContain(action);
  });

  it('are all that the role of the validator may have, and what it does beside them', async () => {
    const before = aws.calls.length;
    await gather(aws.clients, 20_000, false);
    const needed = new Set(aws.calls.slice(before).flatMap(actionsOf));
    const app = appOf({ domain: { name: 'trading.example.com', existingZoneId: 'Z0123456789' } });
    const [own, peer] = [app.spec.secondary, app.spec.primary].map(({ region }) => ({ ...scopeOf(app), region })) as [
      SiteScope,
      SiteScope,
    ];
    const granted = new Set(functionPermissions(app, 'validator', own, peer).flatMap(({ actions }) => actions));
    expect([...needed].filter((action) => !granted.has(action))).toEqual([]);
    const explained: Readonly<Record<string, string>> = {
      ...usedByAws,
      'dynamodb:GetItem': 'The journal says which site is active.',
      'elasticloadbalancing:DescribeLoadBalancers': 'A plan that names no health URL means its load balancer.',
    };
    expect([...granted].filter((action) => !needed.has(action) && !Object.hasOwn(explained, action))).toEqual([]);
  });

  it('show a plan that another synth wrote', async () => {
    const resource = planResource();
    account.plan = JSON.stringify({ ...resource, spec: { ...resource.spec, objectives: { rto: '9m', rpo: '1m' } } });
    expect((await findings()).map(({ code, site }) => [code, site])).toEqual([
      ['PlanDiffers', undefined],
      ['PlanDiffers', 'primary'],
      ['PlanDiffers', 'secondary'],
    ]);
  });

  it('show a bucket that is not there', async () => {
    const facts = await gatherWith({ switchBucket: 'switch-nowhere' });
    expect(facts.sites.secondary.switchBucket).toEqual(known(null));
  });

  it('show a permission that is missing, and nothing done meanwhile', async () => {
    aws.faults.add({ service: 'ec2', operation: 'CreateNetworkAclEntry', kind: 'AccessDenied' });
    aws.faults.add({ service: 'dynamodb', operation: 'PutItem', kind: 'AccessDenied' });
    const missing = (await findings()).filter(({ code }) => code === 'PermissionMissing');
    expect(missing.map(({ message, site }) => `${site}: ${message.replace(/:? User.*/, '')}`)).toEqual([
      'primary: controller/1 may not dynamodb:PutItem in us-east-1: AccessDeniedException',
      'primary: controller/1 may not ec2:CreateNetworkAclEntry in us-east-1: UnauthorizedOperation',
      'secondary: controller/1 may not dynamodb:PutItem in us-west-2: AccessDeniedException',
      'secondary: controller/1 may not ec2:CreateNetworkAclEntry in us-west-2: UnauthorizedOperation',
    ]);
    expect(aws.acl.entries.filter(({ ruleNumber }) => ruleNumber === 32_000)).toEqual([]);
  });

  it.each(['rds', 'autoscaling', 'elasticloadbalancing', 's3', 'dynamodb', 'monitoring', 'ssm', 'route53', 'ec2'])(
    'are unknown, and no error, as far as %s throttles',
    async (service) => {
      aws.faults.add({ service, operation: '*', kind: 'Throttle' });
      const found = await findings();
      expect(found).not.toEqual([]);
      for (const finding of found) expect(['CannotTell', 'LagUnknown']).toContain(finding.code);
    },
  );

  it('miss the parameters alone where only those may not be read', async () => {
    aws.faults.add({ service: 'rds', operation: 'DescribeDBParameters', kind: 'AccessDenied' });
    const [finding, ...others] = await findings();
    expect(others).toEqual([]);
    expect(finding?.message).toMatch(/^cannot tell what parameter group trading-db-params sets: AccessDenied/);
  });

  it('are all unknown where AWS is dark', async () => {
    const dark = new AwsClients({ actor: 'x', callMs: 1_000, endpoint: 'http://127.0.0.1:9', credentials });
    const facts = await gather(dark, 1_000);
    dark.close();
    const found = readinessFindings(planOf(planResource()), facts, clock.now());
    expect(found.filter(({ severity }) => severity === 'Error')).toEqual([]);
    expect(new Set(found.map(({ code }) => code))).toEqual(new Set(['CannotTell', 'LagUnknown']));
  });

  it('do not wait for a service that hangs', async () => {
    let release = (): void => {};
    account.held = new Promise((resolve) => {
      release = resolve;
    });
    const { sites } = await gather(aws.clients, 1_000);
    release();
    expect(sites.primary.database).toEqual({ known: false, why: expect.stringContaining('no answer in time') });
  });
});

/** Actions of IAM that a call needs: named after it, but for what S3 calls otherwise. */
function actionsOf({ service, operation }: LocalAws['calls'][number]): string[] {
  if (operation === 'GetObject') return [];
  const prefix = service === 'monitoring' ? 'cloudwatch' : service;
  const names: Record<string, string> = { HeadBucket: 'ListBucket', GetBucketEncryption: 'GetEncryptionConfiguration' };
  return [`${prefix}:${names[operation] ?? operation}`];
}

function gatherWith(site: { readonly switchBucket: string }): Promise<ReadinessFacts> {
  const plan = planOf(planResource());
  const secondary = { ...plan.sites.secondary, ...site };
  return gatherReadiness({
    plan: { ...plan, dns: undefined, sites: { ...plan.sites, secondary } },
    planHash: '',
    active: 'primary',
    actor: 'controller/1',
    clients: aws.clients,
    clock,
    callMs: 20_000,
    heartbeat: known(null),
    promotion: known(null),
  });
}

describe('facts of an Aurora global database', () => {
  const cluster = (name: string, region: string) => ({
    DBClusterIdentifier: `trading-${name}`,
    DBClusterArn: `arn:aws:rds:${region}:111122223333:cluster:trading-${name}`,
    Status: 'available',
    EngineVersion: '16.4',
    BackupRetentionPeriod: 7,
  });
  const plan = planOf(planResource());
  const aurora = (identifier: string) => ({
    ...plan.sites.primary.database,
    kind: 'AuroraGlobal' as const,
    identifier,
    globalClusterIdentifier: 'trading-global',
  });
  const auroraPlan = {
    ...plan,
    sites: {
      primary: { ...plan.sites.primary, database: aurora('trading-east') },
      secondary: { ...plan.sites.secondary, database: aurora('trading-west') },
    },
  };

  beforeEach(() => {
    const east = { ...cluster('east', 'us-east-1'), DBClusterMembers: [{ DBInstanceIdentifier: 'one' }] };
    const west = cluster('west', 'us-west-2');
    account.clusters = [east, west];
    account.members = [
      { DBClusterArn: east.DBClusterArn, IsWriter: true },
      { DBClusterArn: west.DBClusterArn, IsWriter: false },
    ];
  });

  async function auroraCodes(): Promise<string[]> {
    const facts = await gatherReadiness({
      plan: auroraPlan,
      planHash: '',
      active: 'primary',
      actor: 'controller/1',
      clients: aws.clients,
      clock,
      callMs: 20_000,
      heartbeat: known(null),
      promotion: known({ operation: 'trading#1', action: 'Drill', promotionMs: 60_000 }),
      pauseMs: 0,
    });
    return readinessFindings(auroraPlan, facts, clock.now()).map(({ code }) => code);
  }

  it('tell a cluster without instances', async () => {
    expect(await auroraCodes()).toEqual(['HeadlessAurora']);
  });

  it('tell a cluster that is no member', async () => {
    account.members.pop();
    expect(await auroraCodes()).toEqual(['HeadlessAurora', 'StandbyNotReplica']);
  });

  it('tell a cluster that does not exist', async () => {
    account.clusters.pop();
    expect(await auroraCodes()).toEqual(['DatabaseMissing']);
  });
});
