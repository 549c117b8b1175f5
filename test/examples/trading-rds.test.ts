import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { multiRegionAppSchema } from '../../src/api/multi-region-app.ts';
import { apiVersion } from '../../src/api/object-meta.ts';
import { type Site, sites } from '../../src/api/site.ts';
import { Example } from './example.ts';
import { observedStatus } from './observed-status.ts';

const path = 'examples/trading-rds.yaml';
const regions: Readonly<Record<Site, string>> = { primary: 'us-east-1', secondary: 'us-west-2' };
const cidrs: Readonly<Record<Site, string>> = { primary: '10.0.0.0/16', secondary: '10.1.0.0/16' };

/** The reference system T1: a trading platform with an RDS replica and a hot standby. */
describe(path, () => {
  let example: Example;

  beforeAll(async () => {
    example = await Example.load(path);
  });

  /** An application with these settings and every other default. */
  function exampleOf(spec: object): Example {
    const metadata = { name: 'orders', namespace: 'orders' };
    return new Example(multiRegionAppSchema.parse({ apiVersion, kind: 'MultiRegionApp', metadata, spec }));
  }

  it('T1.1 has a default for every setting, and takes regions, ranges, domain, class and count from the file', () => {
    const bare = exampleOf({});
    for (const site of sites) {
      expect(bare.of(site, 'Instance')).toHaveLength(1);
    }
    const chosen = exampleOf({
      environment: 'prod',
      domain: { name: 'orders.example.org', zoneName: 'example.org' },
      primary: { region: 'eu-west-1', vpcCidr: '10.8.0.0/16' },
      secondary: { region: 'eu-central-1', vpcCidr: '10.9.0.0/16' },
      instances: { count: 3, standbyCount: 1, instanceType: 'm6i.large' },
      database: { instanceClass: 'db.r6g.large' },
    });
    expect(chosen.one('secondary', 'VPC').forProvider).toMatchObject({
      region: 'eu-central-1',
      cidrBlock: '10.9.0.0/16',
    });
    expect(chosen.one('primary', 'Instance').forProvider.instanceClass).toBe('db.r6g.large');
    expect(chosen.one('primary', 'LaunchTemplate').forProvider.instanceType).toBe('m6i.large');
    expect(chosen.one('primary', 'AutoscalingGroup').forProvider.minSize).toBe(3);
    expect(chosen.one('secondary', 'AutoscalingGroup').forProvider.minSize).toBe(1);
    expect(chosen.of('primary', 'Record').map(({ awsName }) => awsName)).toContain('orders.example.org');
    // Nothing of the example's is left in it, and nothing has an id that only AWS can give. (What the sites share may be in
    // us-east-1 for its own reasons: metrics of health checks are there, wherever the application is.)
    const fixed = /us-east-1|us-west-2|trading|111122223333|\b(vpc|subnet|sg|ami|i)-[0-9a-f]{8,17}\b/;
    const ofSites = sites.flatMap((site) => chosen.of(site));
    expect(ofSites.filter(({ resource }) => fixed.test(JSON.stringify(resource))).map(({ object }) => object)).toEqual(
      [],
    );
    for (const { forProvider, object } of chosen.all().filter((each) => each.forProvider.tags !== undefined)) {
      expect({ object, tags: forProvider.tags }).toMatchObject({
        tags: { App: 'orders', Environment: 'prod', ManagedBy: 'understudy', 'Cost-Center': 'orders' },
      });
    }
  });

  it.each(sites)('T1.2 has a VPC of three tiers, of which the load balancer’s alone is public: %s', (site) => {
    expect(example.one(site, 'VPC').forProvider).toMatchObject({ cidrBlock: cidrs[site], region: regions[site] });
    const tiers = ['public', 'application', 'data'];
    const subnets = example.of(site, 'Subnet').map(({ object }) => object.replace(`trading-${site}-subnet-`, ''));
    expect(subnets.sort()).toEqual(tiers.flatMap((tier) => [`${tier}-1`, `${tier}-2`]).sort());
    expect(example.of(site, 'Subnet').filter(({ forProvider }) => forProvider.mapPublicIpOnLaunch)).toEqual([]);

    const routes = example.of(site, 'Route').map(({ forProvider }) => ({
      table: forProvider.routeTableIdRef.name.replace(`trading-${site}-route-table-`, ''),
      gateway: (forProvider.gatewayIdRef ?? forProvider.natGatewayIdRef).name.replace(`trading-${site}-`, ''),
    }));
    expect(routes).toEqual([
      { table: 'public', gateway: 'internet-gateway' },
      { table: 'application-1', gateway: 'nat-gateway-1' },
      { table: 'application-2', gateway: 'nat-gateway-2' },
    ]);
    const tables = example
      .of(site, 'RouteTableAssociation')
      .map(({ forProvider }) => [
        forProvider.subnetIdRef.name.split('-subnet-')[1],
        forProvider.routeTableIdRef.name.split('-route-table-')[1],
      ]);
    expect(Object.fromEntries(tables)).toEqual({
      'public-1': 'public',
      'public-2': 'public',
      'application-1': 'application-1',
      'application-2': 'application-2',
      'data-1': 'data',
      'data-2': 'data',
    });
    // Of the whole site, only the load balancer takes anybody's traffic.
    const open = example
      .of(site, 'SecurityGroupIngressRule')
      .filter(({ forProvider }) => forProvider.cidrIpv4 !== undefined)
      .map(({ forProvider }) => forProvider.securityGroupIdRef.name);
    expect(open).toEqual([`trading-${site}-load-balancer-security-group`]);
    expect(example.one(site, 'Instance').forProvider.publiclyAccessible).toBe(false);
  });

  it.each(sites)('T1.3 has as many instances as were set, whose health is their readiness: %s', (site) => {
    const group = example.one(site, 'AutoscalingGroup');
    expect(group.forProvider).toMatchObject({ minSize: 2, maxSize: 4, region: regions[site] });
    expect(group.forProvider.vpcZoneIdentifierRefs.map(({ name }: { name: string }) => name)).toEqual([
      `trading-${site}-subnet-application-1`,
      `trading-${site}-subnet-application-2`,
    ]);
    expect(example.one(site, 'Attachment').forProvider).toMatchObject({
      autoscalingGroupNameRef: { name: `trading-${site}-auto-scaling-group` },
      lbTargetGroupArnRef: { name: `trading-${site}-target-group` },
    });
    expect(example.one(site, 'LBTargetGroup').forProvider.healthCheck).toMatchObject({
      path: '/healthz',
      matcher: '200-299',
      enabled: true,
    });
    // An instance is not replaced because its database is away.
    expect(group.forProvider.healthCheckType).toBe('EC2');
  });

  it.each(sites)('T1.4 has one load balancer across zones, whose name is in the status: %s', (site) => {
    expect(example.one(site, 'LB').forProvider).toMatchObject({
      name: 'trading-alb-dev',
      loadBalancerType: 'application',
      internal: false,
      enableCrossZoneLoadBalancing: true,
      subnetRefs: [{ name: `trading-${site}-subnet-public-1` }, { name: `trading-${site}-subnet-public-2` }],
    });
    expect(example.one(site, 'LBListener').forProvider.defaultAction).toEqual([
      { type: 'forward', targetGroupArnRef: { name: `trading-${site}-target-group` } },
    ]);
    expect(observedStatus(example.app, site)).toMatchObject({
      loadBalancer: { dnsName: 'dnsName of load-balancer', zoneId: 'zoneId of load-balancer' },
    });
  });

  it('T1.5 has a zone with failover records to both sites, by health checks, of short life', () => {
    expect(example.one('global', 'Zone').forProvider.name).toBe('example.com');
    for (const [site, type] of [
      ['primary', 'PRIMARY'],
      ['secondary', 'SECONDARY'],
    ] as const) {
      const record = example.one(site, 'Record', 'trading.example.com').forProvider;
      expect(record).toMatchObject({
        type: 'CNAME',
        ttl: 10,
        setIdentifier: regions[site],
        failoverRoutingPolicy: { type },
        healthCheckIdRef: { name: `trading-${site}-check-traffic` },
        zoneIdRef: { name: 'trading-global-zone' },
        records: ['<address of trading-alb-dev>'],
      });
      const check = example.of(site, 'HealthCheck').find(({ object }) => object === `trading-${site}-check-traffic`);
      expect(check?.forProvider.type).toBe('CALCULATED');
    }
  });

  it('T1.6 has a writer in the active region and its replica in the standby, ready to be promoted', () => {
    const writer = example.one('primary', 'Instance').forProvider;
    const replica = example.one('secondary', 'Instance').forProvider;
    expect(writer).toMatchObject({ identifier: 'trading-db-dev-a1', replicateSourceDb: '', region: 'us-east-1' });
    expect(replica).toMatchObject({
      replicateSourceDb: 'arn:aws:rds:us-east-1:111122223333:db:trading-db-dev-a1',
      region: 'us-west-2',
      storageEncrypted: true,
    });
    // Backups are what makes a source; a promotion that had to turn them on would take longer.
    expect(writer.backupRetentionPeriod).toBeGreaterThan(0);
    expect(replica.backupRetentionPeriod).toBe(writer.backupRetentionPeriod);
    for (const field of ['username', 'passwordSecretRef', 'dbName']) {
      expect(Object.keys(writer)).toContain(field);
      expect(Object.keys(replica)).not.toContain(field);
    }
    for (const site of sites) {
      expect(observedStatus(example.app, site)).toMatchObject({
        databases: { a: { arn: 'arn of database-a', endpoint: 'address of database-a' } },
      });
    }
    expect(example.app.spec.failover.mode).toBe('Automatic');
  });

  it('T1.7 has a global table in both regions, whose keys, indexes and stream are one definition', () => {
    const table = example.one('global', 'Table');
    expect(table.forProvider).toMatchObject({
      region: 'us-east-1',
      hashKey: 'userId',
      rangeKey: 'sessionId',
      replica: [{ regionName: 'us-west-2' }],
      streamEnabled: true,
      streamViewType: 'NEW_AND_OLD_IMAGES',
      billingMode: 'PAY_PER_REQUEST',
      ttl: { attributeName: 'expiresAt', enabled: true },
    });
    expect(table.awsName).toBe('trading-sessions-dev');
    expect(observedStatus(example.app, 'global')).toMatchObject({
      tables: { sessions: { arn: 'arn of table-sessions', streamArn: 'streamArn of table-sessions' } },
    });
  });

  it.each(sites)('T1.8 has a failover function that may promote, scale and alert, and little else: %s', (site) => {
    const region = regions[site];
    expect(example.one(site, 'Function', 'trading-failover-dev').region).toBe(region);
    const policy = JSON.parse(example.one(site, 'RolePolicy', 'trading-failover-dev').forProvider.policy) as {
      readonly Statement: readonly { readonly Action: string[]; readonly Resource: string[] }[];
    };
    const resourcesOf = (action: string) =>
      policy.Statement.filter(({ Action }) => Action.includes(action)).flatMap(({ Resource }) => Resource);
    expect(resourcesOf('rds:PromoteReadReplica')).toContain(`arn:aws:rds:${region}:111122223333:db:trading-db-dev-*`);
    expect(resourcesOf('autoscaling:SetDesiredCapacity')[0]).toContain('autoScalingGroupName/trading-asg-dev');
    expect(resourcesOf('sns:Publish')).toContain(`arn:aws:sns:${region}:111122223333:trading-alerts-dev`);
    // Metrics reach it as alarms, and as what the probers saw.
    expect(resourcesOf('cloudwatch:GetMetricData')).toEqual([]);
    expect(policy.Statement.flatMap(({ Action }) => Action).filter((action) => action.includes('*'))).toEqual([]);
    expect(
      policy.Statement.flatMap(({ Action }) => Action).filter((action) => /^iam:|Delete(DB|Table)/.test(action)),
    ).toEqual([]);
    // It starts each minute, and at once by an alarm; the next start is the retry, and what failed is kept.
    expect(example.one(site, 'Schedule', 'trading-failover-dev').forProvider.scheduleExpression).toBe('rate(1 minute)');
    expect(example.one(site, 'Rule').forProvider.eventPattern).toContain('trading-unhealthy-targets-dev');
    const invocation = example.one(site, 'FunctionEventInvokeConfig', 'trading-failover-dev').forProvider;
    expect(invocation.destinationConfig.onFailure.destination).toBe(
      `arn:aws:sqs:${region}:111122223333:trading-dlq-dev`,
    );
  });

  it('T1.9 keeps the logs, and alarms on health checks, on the replica and on errors of functions', () => {
    for (const site of sites) {
      const groups = example.of(site, 'Group');
      for (const name of ['prober', 'failover', 'validator']) {
        const group = groups.find(({ awsName }) => awsName === `/aws/lambda/trading-${name}-dev`);
        expect(group?.forProvider.retentionInDays).toBe(30);
        const alarm = example.one(site, 'MetricAlarm', `trading-${name}-errors-dev`).forProvider;
        expect(alarm).toMatchObject({ metricName: 'Errors', dimensions: { FunctionName: `trading-${name}-dev` } });
        expect(alarm.alarmActions).toEqual([`arn:aws:sns:${regions[site]}:111122223333:trading-alerts-dev`]);
      }
      expect(example.one(site, 'MetricAlarm', 'trading-db-a-lag-dev').forProvider.metricName).toBe('ReplicaLag');
      expect(example.one(site, 'TopicSubscription').forProvider).toMatchObject({
        protocol: 'email',
        endpoint: 'ops@example.com',
      });
      expect(example.one(site, 'Dashboard').forProvider.dashboardBody).toContain('FailoverReady');
      expect(example.one('global', 'MetricAlarm', `trading-${site}-endpoint-dev`).forProvider).toMatchObject({
        metricName: 'HealthCheckStatus',
        region: 'us-east-1',
      });
    }
  });

  it('T1.10 shows ids, ARNs and addresses of everything in the status', () => {
    for (const site of sites) {
      const status = observedStatus(example.app, site);
      expect(status).toMatchObject({
        vpcId: 'id of vpc',
        subnets: {
          public: { zone1: 'id of subnet-public-1', zone2: 'id of subnet-public-2' },
          application: { zone1: 'id of subnet-application-1', zone2: 'id of subnet-application-2' },
          data: { zone1: 'id of subnet-data-1', zone2: 'id of subnet-data-2' },
        },
        loadBalancer: { arn: 'arn of load-balancer', dnsName: 'dnsName of load-balancer' },
        targetGroupArn: 'arn of target-group',
        databases: { a: { arn: 'arn of database-a', endpoint: 'address of database-a' } },
        functions: { prober: 'arn of prober', failover: 'arn of failover', validator: 'arn of validator' },
        journalTableArn: expect.stringContaining('arn of '),
        topicArn: 'arn of alerts',
        healthChecks: { endpoint: 'id of check-endpoint', traffic: 'id of check-traffic' },
      });
    }
    expect(observedStatus(example.app, 'global')).toMatchObject({
      zoneId: expect.stringContaining('of zone'),
      witnessBucket: expect.stringContaining('of '),
      tables: { sessions: { arn: 'arn of table-sessions' } },
    });
    // Instances come and go with the Auto Scaling group: their ids are in the plan's status, by the controller.
    expect(readFileSync('docs/reference/failover-plan.md', 'utf8')).toContain('instanceIds');
  });
});
