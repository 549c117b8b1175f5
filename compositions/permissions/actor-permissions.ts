import {
  alarmArn,
  autoScalingGroupArn,
  bucketArn,
  databaseArn,
  databaseParameterGroupArn,
  databaseSnapshotArn,
  databaseSubnetGroupArn,
  keyArns,
  networkAclArns,
  parameterArn,
  tableArn,
  topicArn,
} from '../../src/api/arns.ts';
import { type MultiRegionApp, witnessFunctionRegion } from '../../src/api/multi-region-app.ts';
import { regionalName, type SiteScope, siteNames, witnessBucketName } from '../../src/api/names.ts';
import { switchObjectPrefixes } from '../bucket.ts';
import type { Allow } from '../policy-document.ts';

/**
 * What the engine's actors and vantages do in AWS: the calls of src/aws, and no others. The functions' roles and the
 * controller's policy are put together from here, so that both actors may do the same.
 */

/** What a vantage in a site does: it looks as from outside, and at the own database. */
export function mayLook(sites: readonly SiteScope[]): readonly Allow[] {
  return [{ actions: ['rds:DescribeDBInstances'], resources: sites.map(databases) }, ...mayLookFromOutside(sites)];
}

/** Looking at the sites' endpoints and at the replication between them, as the journal says who is active. */
export function mayLookFromOutside(sites: readonly SiteScope[]): readonly Allow[] {
  return [
    { actions: ['dynamodb:GetItem'], resources: sites.map(journal) },
    {
      actions: [
        'cloudwatch:GetMetricData',
        'elasticloadbalancing:DescribeLoadBalancers',
        'elasticloadbalancing:DescribeTargetGroups',
      ],
      resources: ['*'],
    },
  ];
}

/** Seeing all that an actor goes by: evidence of every site, the standby's database, capacity and fence, and the journal. */
export function mayObserve(sites: readonly SiteScope[]): readonly Allow[] {
  return [
    { actions: ['rds:DescribeDBInstances'], resources: sites.map(databases) },
    { actions: ['dynamodb:GetItem', 'dynamodb:Query'], resources: sites.map(journal) },
    {
      actions: [
        'autoscaling:DescribeAutoScalingGroups',
        'ec2:DescribeNetworkAcls',
        'elasticloadbalancing:DescribeLoadBalancers',
        'elasticloadbalancing:DescribeTargetGroups',
        'elasticloadbalancing:DescribeTargetHealth',
      ],
      resources: ['*'],
    },
  ];
}

/** Reading CloudWatch's metrics: of replication by whoever looks at the endpoints, of health checks by whoever lints. */
export function mayReadMetrics(): readonly Allow[] {
  return [{ actions: ['cloudwatch:GetMetricData'], resources: ['*'] }];
}

/** Writing the journal, in which each vantage has an item of its own. */
export function mayWriteJournal(sites: readonly SiteScope[]): readonly Allow[] {
  return [{ actions: ['dynamodb:PutItem'], resources: sites.map(journal) }];
}

/** Reading the journals of many plans by one call, and writing looks so: for an actor of many. */
export function mayShareCalls(sites: readonly SiteScope[]): readonly Allow[] {
  return [{ actions: ['dynamodb:BatchGetItem', 'dynamodb:BatchWriteItem'], resources: sites.map(journal) }];
}

/** Reading the switch's objects. Listing is what tells a missing object from one that may not be read. */
export function mayReadSwitch(app: MultiRegionApp, sites: readonly SiteScope[]): readonly Allow[] {
  return [{ actions: ['s3:GetObject'], resources: objectsOf(switchBuckets(app, sites)) }, ...mayListSwitch(app, sites)];
}

/** Seeing that the switch's buckets are there. */
export function mayListSwitch(app: MultiRegionApp, sites: readonly SiteScope[]): readonly Allow[] {
  return [{ actions: ['s3:ListBucket'], resources: switchBuckets(app, sites) }];
}

/** Seeing the capacity of the sites, and how well it is. */
export function maySeeCapacity(): readonly Allow[] {
  return [
    {
      actions: ['autoscaling:DescribeAutoScalingGroups', 'elasticloadbalancing:DescribeTargetHealth'],
      resources: ['*'],
    },
  ];
}

/** Acting: what a failover calls in any of the sites, fencing included. */
export function mayFailOver(app: MultiRegionApp, sites: readonly SiteScope[]): readonly Allow[] {
  const acl = sites.map((site) => siteNames(site).databaseNetworkAcl);
  return [
    { actions: ['rds:PromoteReadReplica'], resources: sites.map(databases) },
    {
      actions: ['autoscaling:SetDesiredCapacity'],
      resources: sites.map((site) => autoScalingGroupArn(site, siteNames(site).autoScalingGroup)),
    },
    {
      actions: ['ec2:CreateNetworkAclEntry', 'ec2:DeleteNetworkAclEntry'],
      resources: sites.map(networkAclArns),
      conditions: { StringEquals: { 'aws:ResourceTag/Name': [...new Set(acl)] } },
    },
    { actions: ['s3:PutObject', 's3:DeleteObject'], resources: objectsOf(switchBuckets(app, sites)) },
  ];
}

/**
 * Making and deleting instances, for reprotects and drills: the controller's alone, since it is work for calm times. Keys
 * may be used only by RDS, and only for resources of AWS.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html
 */
export function mayRebuild(sites: readonly SiteScope[]): readonly Allow[] {
  const instances = sites.map(databases);
  const snapshots = sites.map((site) => databaseSnapshotArn(site, `${regionalName(site, 'db')}-*`));
  const groups = sites.flatMap((site) => {
    const { databaseParameterGroup, databaseSubnetGroup } = siteNames(site);
    return [databaseParameterGroupArn(site, databaseParameterGroup), databaseSubnetGroupArn(site, databaseSubnetGroup)];
  });
  const viaRds = { StringEquals: { 'kms:ViaService': sites.map(({ region }) => `rds.${region}.amazonaws.com`) } };
  return [
    { actions: ['rds:CreateDBInstanceReadReplica'], resources: [...instances, ...groups] },
    { actions: ['rds:DeleteDBInstance'], resources: instances },
    { actions: ['rds:CreateDBSnapshot', 'rds:AddTagsToResource'], resources: [...instances, ...snapshots] },
    { actions: ['rds:DescribeDBSnapshots'], resources: [...instances, ...snapshots] },
    { actions: ['kms:DescribeKey'], resources: sites.map(keyArns), conditions: viaRds },
    {
      actions: ['kms:CreateGrant'],
      resources: sites.map(keyArns),
      conditions: { ...viaRds, Bool: { 'kms:GrantIsForAWSResource': ['true'] } },
    },
  ];
}

/** What readiness findings ask beside what an actor sees anyway; `asks` of src/api/findings.ts. */
export function mayCheckReadiness(app: MultiRegionApp, sites: readonly SiteScope[]): readonly Allow[] {
  const ofSwitch: readonly Allow[] = [
    { actions: ['route53:ListResourceRecordSets'], resources: ['arn:aws:route53:::hostedzone/*'] },
    { actions: ['route53:GetHealthCheck'], resources: ['arn:aws:route53:::healthcheck/*'] },
    { actions: ['route53:GetCheckerIpRanges', 'route53:ListHostedZonesByName'], resources: ['*'] },
  ];
  const [any] = sites;
  const region = witnessFunctionRegion(app.spec);
  const plans = any === undefined || region === undefined ? sites : [...sites, { ...any, region }];
  return [
    {
      actions: ['rds:DescribeDBParameters'],
      resources: sites.map((site) => databaseParameterGroupArn(site, siteNames(site).databaseParameterGroup)),
    },
    { actions: ['dynamodb:DescribeContinuousBackups'], resources: sites.map(journal) },
    { actions: ['s3:GetBucketPolicy', 's3:GetEncryptionConfiguration'], resources: switchBuckets(app, sites) },
    // It asks for the alarms that tell a topic, and not for names.
    { actions: ['cloudwatch:DescribeAlarms'], resources: sites.map((site) => alarmArn(site, '*')) },
    ...mayReadPlan(plans),
    ...(app.spec.domain === 'none' ? [] : ofSwitch),
  ];
}

/** Telling people. */
export function mayNotify(sites: readonly SiteScope[]): readonly Allow[] {
  return [{ actions: ['sns:Publish'], resources: sites.map((site) => topicArn(site, siteNames(site).topic)) }];
}

/** Reading the plan, where the functions of a region find it. */
export function mayReadPlan(regions: readonly SiteScope[]): readonly Allow[] {
  return [
    {
      actions: ['ssm:GetParameter'],
      resources: regions.map((region) => parameterArn(region, `${siteNames(region).parameterPrefix}/plan`)),
    },
  ];
}

/** Reading the settings of a site, its database's password among them. */
export function mayReadParameters(sites: readonly SiteScope[]): readonly Allow[] {
  return [
    {
      actions: ['ssm:GetParameter', 'ssm:GetParameters'],
      resources: sites.map((site) => parameterArn(site, `${siteNames(site).parameterPrefix}/*`)),
    },
  ];
}

/** Every generation of a site's database, in either slot. */
function databases(site: SiteScope): string {
  return databaseArn(site, `${regionalName(site, 'db')}-*`);
}

function journal(site: SiteScope): string {
  return tableArn(site, siteNames(site).journalTable);
}

function switchBuckets({ spec }: MultiRegionApp, sites: readonly SiteScope[]): string[] {
  const [any] = sites;
  const witness =
    spec.witness === 'none' || any === undefined ? [] : [witnessBucketName({ ...any, region: spec.witness })];
  return [...sites.map((site) => siteNames(site).switchBucket), ...witness].map(bucketArn);
}

function objectsOf(buckets: readonly string[]): string[] {
  return buckets.flatMap((bucket) => switchObjectPrefixes.map((prefix) => `${bucket}/${prefix}*`));
}
