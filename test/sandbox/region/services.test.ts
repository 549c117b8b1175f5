import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  SetDesiredCapacityCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  CloudWatchClient,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  DescribeContinuousBackupsCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  CreateNetworkAclEntryCommand,
  DeleteNetworkAclEntryCommand,
  DescribeNetworkAclsCommand,
  DescribeVpcsCommand,
  EC2Client,
  ReplaceNetworkAclEntryCommand,
} from '@aws-sdk/client-ec2';
import {
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { noDurations } from '../../../src/sandbox/region/aws-durations.ts';
import { type Region, startRegion } from '../../../src/sandbox/region/region.ts';
import type { RegionConfig } from '../../../src/sandbox/region/region-config.ts';
import type { RegionEvent } from '../../../src/sandbox/region/region-events.ts';
import { makeFolder } from './a-folder.ts';
import { holds } from './holds.ts';

/** No database: these services need no PostgreSQL. */
const config: Omit<RegionConfig, 'directory'> = {
  region: 'us-east-1',
  accountId: '123456789012',
  durations: noDurations,
  speed: 50,
  buckets: ['markers'],
  tables: [{ name: 'journal', partitionKey: 'plan', sortKey: { name: 'item', type: 'S' } }],
  topics: ['alerts'],
  autoScalingGroup: { name: 'app-asg', min: 0, max: 3, desired: 1 },
  loadBalancer: { name: 'app-alb', targetGroup: 'app-tg', healthCheckPath: '/' },
  networkAcl: {
    id: 'acl-0a1b2c3d',
    name: 'app-data',
    vpcId: 'vpc-1',
    subnetIds: ['subnet-1', 'subnet-2'],
    applicationCidr: '10.0.16.0/20',
  },
};

let folder: Awaited<ReturnType<typeof makeFolder>>;
let region: Region;
const events: RegionEvent[] = [];
const client = <Client>(Class: new (options: object) => Client, more: object = {}): Client =>
  new Class({
    region: 'us-east-1',
    endpoint: region.info.endpoint,
    credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
    maxAttempts: 1,
    ...more,
  });

beforeAll(async () => {
  folder = await makeFolder();
  region = await startRegion({ ...config, directory: folder.path }, (event) => events.push(event));
});
afterAll(async () => {
  await region?.stop();
  await folder?.remove();
});

describe('S3', () => {
  const s3 = () => client(S3Client, { forcePathStyle: true });

  it('stores, reads, lists and deletes objects', async () => {
    await s3().send(new PutObjectCommand({ Bucket: 'markers', Key: 'a/1 +ü', Body: 'one' }));
    await s3().send(new PutObjectCommand({ Bucket: 'markers', Key: 'a/2', Body: 'two' }));
    const read = await s3().send(new GetObjectCommand({ Bucket: 'markers', Key: 'a/1 +ü' }));
    expect(await read.Body?.transformToString()).toBe('one');
    const head = await s3().send(new HeadObjectCommand({ Bucket: 'markers', Key: 'a/2' }));
    expect(head.ContentLength).toBe(3);
    const first = await s3().send(new ListObjectsV2Command({ Bucket: 'markers', Prefix: 'a/', MaxKeys: 1 }));
    expect(first.Contents?.map(({ Key }) => Key)).toEqual(['a/1 +ü']);
    const rest = await s3().send(
      new ListObjectsV2Command({ Bucket: 'markers', Prefix: 'a/', ContinuationToken: first.NextContinuationToken }),
    );
    expect(rest.Contents?.map(({ Key, Size }) => [Key, Size])).toEqual([['a/2', 3]]);
    await s3().send(new DeleteObjectCommand({ Bucket: 'markers', Key: 'a/2' }));
    await expect(s3().send(new GetObjectCommand({ Bucket: 'markers', Key: 'a/2' }))).rejects.toMatchObject({
      name: 'NoSuchKey',
    });
  });

  it('lets one of many conditional writers win', async () => {
    const put = (body: string) =>
      s3().send(new PutObjectCommand({ Bucket: 'markers', Key: 'takeover/2', Body: body, IfNoneMatch: '*' }));
    const outcomes = await Promise.allSettled(['x', 'y', 'z'].map(put));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ name: 'PreconditionFailed' });
    }
  });

  it('opens the markers, and nothing else, to everybody', async () => {
    await s3().send(new PutObjectCommand({ Bucket: 'markers', Key: 'open/1', Body: 'open' }));
    await s3().send(new PutObjectCommand({ Bucket: 'markers', Key: 'private', Body: 'no' }));
    const anonymous = (path: string, method = 'GET') => fetch(`${region.info.endpoint}/markers/${path}`, { method });
    expect(await (await anonymous('open/1')).text()).toBe('open');
    expect((await anonymous('private')).status).toBe(403);
    expect((await anonymous('open/1', 'DELETE')).status).toBe(403);
    expect((await anonymous('open/2')).status).toBe(404);
  });
});

describe('DynamoDB', () => {
  it('refuses a conditional write of an item that is there', async () => {
    const dynamoDb = client(DynamoDBClient);
    const put = new PutItemCommand({
      TableName: 'journal',
      Item: { plan: { S: 'p' }, item: { S: 'state' }, version: { N: '1' } },
      ConditionExpression: 'attribute_not_exists(#plan)',
      ExpressionAttributeNames: { '#plan': 'plan' },
    });
    await dynamoDb.send(put);
    await expect(dynamoDb.send(put)).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    const { Item } = await dynamoDb.send(
      new GetItemCommand({ TableName: 'journal', Key: { plan: { S: 'p' }, item: { S: 'state' } } }),
    );
    expect(Item?.version).toEqual({ N: '1' });
    expect(region.calls.filter(({ service }) => service === 'dynamodb').map(({ result }) => result)).toEqual([
      'OK',
      'ConditionalCheckFailedException',
      'OK',
    ]);
  });

  it('says that a table can be restored, and that another does not exist', async () => {
    const dynamoDb = client(DynamoDBClient);
    const of = (TableName: string) => dynamoDb.send(new DescribeContinuousBackupsCommand({ TableName }));
    expect((await of('journal')).ContinuousBackupsDescription).toMatchObject({
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'ENABLED' },
    });
    await expect(of('nowhere')).rejects.toMatchObject({ name: 'TableNotFoundException' });
  });
});

describe('Auto Scaling and load balancing', () => {
  const group = async () => {
    const { AutoScalingGroups } = await client(AutoScalingClient).send(
      new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: ['app-asg'] }),
    );
    return AutoScalingGroups?.[0];
  };

  it('brings instances into service and the load balancer onto them', async () => {
    await client(AutoScalingClient).send(
      new SetDesiredCapacityCommand({ AutoScalingGroupName: 'app-asg', DesiredCapacity: 2 }),
    );
    await holds(async () => {
      expect((await group())?.Instances?.map(({ LifecycleState }) => LifecycleState)).toEqual([
        'InService',
        'InService',
      ]);
    });
    const elb = client(ElasticLoadBalancingV2Client);
    const { TargetGroups } = await elb.send(new DescribeTargetGroupsCommand({ Names: ['app-tg'] }));
    const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn;
    await holds(async () => {
      const { TargetHealthDescriptions } = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
      expect(TargetHealthDescriptions?.map(({ TargetHealth }) => TargetHealth?.State)).toEqual(['healthy', 'healthy']);
    });
    const { LoadBalancers } = await elb.send(new DescribeLoadBalancersCommand({ Names: ['app-alb'] }));
    const ask = async () =>
      (await (await fetch(`http://${LoadBalancers?.[0]?.DNSName}/`)).json()) as { instance: string };
    expect((await ask()).instance).not.toBe((await ask()).instance);
  });

  it('refuses a capacity out of bounds, and an unknown group', async () => {
    const asg = client(AutoScalingClient);
    const over = new SetDesiredCapacityCommand({ AutoScalingGroupName: 'app-asg', DesiredCapacity: 4 });
    await expect(asg.send(over)).rejects.toMatchObject({ name: 'ValidationError' });
    const unknown = new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: 'nobody', MinSize: 0 });
    await expect(asg.send(unknown)).rejects.toMatchObject({ name: 'ValidationError' });
    await expect(
      client(ElasticLoadBalancingV2Client).send(new DescribeTargetGroupsCommand({ Names: ['nobody'] })),
    ).rejects.toMatchObject({ name: 'TargetGroupNotFoundException' });
  });

  it('takes an update that moves the desired capacity with its bounds', async () => {
    await client(AutoScalingClient).send(
      new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: 'app-asg', MaxSize: 0 }),
    );
    expect(await group()).toMatchObject({ MinSize: 0, MaxSize: 0, DesiredCapacity: 0 });
    await holds(async () => expect((await group())?.Instances).toEqual([]));
    const gone = await fetch(`http://127.0.0.1:${region.info.loadBalancerPort}/`);
    expect(gone.status).toBe(503);
  });
});

describe('CloudWatch', () => {
  it('gives back what was put, by period and statistic', async () => {
    const cloudWatch = client(CloudWatchClient);
    const at = new Date(Math.floor(Date.now() / 60_000) * 60_000);
    const dimensions = [{ Name: 'Plan', Value: 'p' }];
    await cloudWatch.send(
      new PutMetricDataCommand({
        Namespace: 'Understudy',
        MetricData: [2, 4].map((Value) => ({ MetricName: 'Lag', Dimensions: dimensions, Value, Timestamp: at })),
      }),
    );
    const range = { StartTime: new Date(at.getTime() - 60_000), EndTime: new Date(at.getTime() + 60_000) };
    const Metric = { Namespace: 'Understudy', MetricName: 'Lag', Dimensions: dimensions };
    const { MetricDataResults } = await cloudWatch.send(
      new GetMetricDataCommand({
        ...range,
        MetricDataQueries: [{ Id: 'lag', MetricStat: { Metric, Period: 60, Stat: 'Average' } }],
      }),
    );
    expect(MetricDataResults).toMatchObject([{ Id: 'lag', Values: [3], Timestamps: [at] }]);
    const { Datapoints } = await cloudWatch.send(
      new GetMetricStatisticsCommand({ ...range, ...Metric, Period: 60, Statistics: ['Maximum', 'SampleCount'] }),
    );
    expect(Datapoints).toEqual([{ Timestamp: at, Maximum: 4, SampleCount: 2 }]);
  });
});

describe('EC2', () => {
  const rule = { NetworkAclId: 'acl-0a1b2c3d', RuleNumber: 1, Egress: false };
  const deny = {
    ...rule,
    Protocol: '6',
    RuleAction: 'deny',
    CidrBlock: '10.0.0.0/16',
    PortRange: { From: 5432, To: 5432 },
  } as const;

  it('finds an ACL by name and by subnet', async () => {
    const find = async (Name: string, value: string) =>
      (await client(EC2Client).send(new DescribeNetworkAclsCommand({ Filters: [{ Name, Values: [value] }] })))
        .NetworkAcls;
    expect(await find('tag:Name', 'app-data')).toMatchObject([
      { NetworkAclId: 'acl-0a1b2c3d', VpcId: 'vpc-1', Entries: { length: 4 } },
    ]);
    expect(await find('association.subnet-id', 'subnet-2')).toHaveLength(1);
    expect(await find('tag:Name', 'other')).toEqual([]);
  });

  it('adds, replaces and removes an entry, each once', async () => {
    const ec2 = client(EC2Client);
    await ec2.send(new CreateNetworkAclEntryCommand(deny));
    await expect(ec2.send(new CreateNetworkAclEntryCommand(deny))).rejects.toMatchObject({
      name: 'NetworkAclEntryAlreadyExists',
    });
    await ec2.send(new ReplaceNetworkAclEntryCommand({ ...deny, CidrBlock: '10.0.16.0/20' }));
    const { NetworkAcls } = await ec2.send(new DescribeNetworkAclsCommand({ NetworkAclIds: ['acl-0a1b2c3d'] }));
    expect(NetworkAcls?.[0]?.Entries).toContainEqual({ ...deny, NetworkAclId: undefined, CidrBlock: '10.0.16.0/20' });
    await ec2.send(new DeleteNetworkAclEntryCommand(rule));
    await expect(ec2.send(new DeleteNetworkAclEntryCommand(rule))).rejects.toMatchObject({
      name: 'InvalidNetworkAclEntry.NotFound',
    });
  });

  it('says what it does not emulate', async () => {
    await expect(client(EC2Client).send(new DescribeVpcsCommand({}))).rejects.toMatchObject({
      name: 'NotImplemented',
      message: expect.stringContaining('ec2:DescribeVpcs'),
    });
  });
});

describe('SNS', () => {
  it('hands a message to the owner, and knows its topics', async () => {
    const sns = client(SNSClient);
    const TopicArn = 'arn:aws:sns:us-east-1:123456789012:alerts';
    const { MessageId } = await sns.send(
      new PublishCommand({ TopicArn, Subject: 'failover', Message: '<started> & running' }),
    );
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'Notification',
        notification: { topicArn: TopicArn, subject: 'failover', message: '<started> & running', messageId: MessageId },
      }),
    );
    await expect(sns.send(new PublishCommand({ TopicArn: `${TopicArn}2`, Message: 'x' }))).rejects.toMatchObject({
      name: 'NotFoundException',
    });
  });
});

describe('the call log and faults', () => {
  it('names the caller by its application id, and counts what was refused', async () => {
    const rds = client(RDSClient, { userAgentAppId: 'controller' });
    const call = () => rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: 'nobody' }));
    const before = region.calls.length;
    await expect(call()).rejects.toMatchObject({ name: 'DBInstanceNotFoundFault' });
    expect(region.calls.slice(before)).toMatchObject([
      {
        service: 'rds',
        operation: 'DescribeDBInstances',
        caller: 'controller',
        parameters: { DBInstanceIdentifier: 'nobody' },
        result: 'DBInstanceNotFound',
      },
    ]);
  });

  it.each([
    ['Throttle', { name: 'Throttling' }],
    ['InternalError', { $metadata: { httpStatusCode: 500 } }],
    ['LostRequest', { message: expect.stringContaining('socket hang up') }],
    ['LostReply', { message: expect.stringContaining('socket hang up') }],
  ] as const)('injects %s as often as it is told', async (kind, error) => {
    const rds = client(RDSClient);
    region.addFault({ service: 'rds', operation: 'DescribeDBInstances', kind, count: 1 });
    await expect(rds.send(new DescribeDBInstancesCommand({}))).rejects.toMatchObject(error);
    expect(region.calls.at(-1)).toMatchObject({ fault: kind, ...(kind === 'LostReply' ? { result: 'OK' } : {}) });
    expect((await rds.send(new DescribeDBInstancesCommand({}))).DBInstances).toEqual([]);
  });
});

describe('a region that starts again on its folder', () => {
  it('finds its objects, items, ACL entries and capacities', async () => {
    const own = await makeFolder();
    const first = await startRegion({ ...config, directory: own.path });
    const at = (where: Region) => ({ endpoint: where.info.endpoint, forcePathStyle: true });
    const TableName = 'journal';
    const Key = { plan: { S: 'kept' }, item: { S: 'state' } };
    await client(S3Client, at(first)).send(new PutObjectCommand({ Bucket: 'markers', Key: 'open/7', Body: 'kept' }));
    await client(DynamoDBClient, at(first)).send(new PutItemCommand({ TableName, Item: Key }));
    await client(EC2Client, at(first)).send(
      new CreateNetworkAclEntryCommand({
        NetworkAclId: 'acl-0a1b2c3d',
        RuleNumber: 7,
        Egress: false,
        Protocol: '-1',
        RuleAction: 'deny',
        CidrBlock: '10.0.0.0/16',
      }),
    );
    await client(AutoScalingClient, at(first)).send(
      new SetDesiredCapacityCommand({ AutoScalingGroupName: 'app-asg', DesiredCapacity: 3 }),
    );
    await first.stop();

    const second = await startRegion({ ...config, directory: own.path });
    try {
      expect(await (await fetch(`${second.info.endpoint}/markers/open/7`)).text()).toBe('kept');
      const { Item } = await client(DynamoDBClient, at(second)).send(new GetItemCommand({ TableName, Key }));
      expect(Item).toEqual(Key);
      const { NetworkAcls } = await client(EC2Client, at(second)).send(new DescribeNetworkAclsCommand({}));
      expect(NetworkAcls?.[0]?.Entries).toContainEqual(expect.objectContaining({ RuleNumber: 7, RuleAction: 'deny' }));
      const { AutoScalingGroups } = await client(AutoScalingClient, at(second)).send(
        new DescribeAutoScalingGroupsCommand({}),
      );
      expect(AutoScalingGroups?.[0]?.Instances).toHaveLength(3);
    } finally {
      await second.stop();
      await own.remove();
    }
  });
});
