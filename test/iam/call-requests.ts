import {
  alarmArn,
  autoScalingGroupArn,
  bucketArn,
  databaseArn,
  databaseParameterGroupArn,
  functionArn,
  parameterArn,
  tableArn,
} from '../../src/api/arns.ts';
import type { AwsCall } from '../../src/sandbox/region/wire/call-log.ts';

/** What IAM is asked for a call. */
export interface IamRequest {
  /** Such as `rds:PromoteReadReplica`. */
  readonly action: string;
  /** An ARN, or `*` for an action without a resource level. */
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
}

/** What a call alone does not tell. */
export interface CallSurroundings {
  readonly accountId: string;
  /** Value of the tag `Name` of a network ACL, by its id. */
  readonly networkAclNames?: Readonly<Record<string, string>>;
}

type Parameters = Readonly<Record<string, unknown>>;
type Where = CallSurroundings & Pick<AwsCall, 'region' | 'result'>;
type Rule = (parameters: Parameters, where: Where & { readonly app: ''; readonly environment: '' }) => IamRequest[];

/**
 * What IAM is asked for a recorded call: most services ask once, for the action of the operation's name.
 *
 * @throws Error for an operation that nobody has said it of yet: a call that is not understood is not allowed either.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export function iamRequestsOf(call: AwsCall, surroundings: CallSurroundings): readonly IamRequest[] {
  const rule = rules[`${call.service}:${call.operation}`];
  if (rule === undefined) {
    throw new Error(`add to test/iam/call-requests.ts what IAM is asked for ${call.service}:${call.operation}`);
  }
  const { region, result } = call;
  return rule(call.parameters as Parameters, { ...surroundings, region, result, app: '', environment: '' });
}

function on(action: string, resource: string, context: IamRequest['context'] = {}): IamRequest {
  return { action, resource, context };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

const unscoped =
  (action: string): Rule =>
  () => [on(action, '*')];

const onDatabase =
  (action: string): Rule =>
  ({ DBInstanceIdentifier: id }, where) => [on(action, databaseArn(where, text(id) || '*'))];

const onTable =
  (action: string): Rule =>
  ({ TableName }, where) => [on(action, tableArn(where, text(TableName)))];

const onTables =
  (action: string): Rule =>
  ({ RequestItems }, where) =>
    Object.keys((RequestItems as object | undefined) ?? {}).map((table) => on(action, tableArn(where, table)));

const onGroup =
  (action: string): Rule =>
  ({ AutoScalingGroupName }, where) => [
    on(action, autoScalingGroupArn(where, text(AutoScalingGroupName)).replace(':*:', ':0a1b2c3d:')),
  ];

/** A policy may tell network ACLs apart by their tags. */
const onNetworkAcl =
  (action: string): Rule =>
  ({ NetworkAclId }, { region, accountId, networkAclNames = {} }) => {
    const id = text(NetworkAclId);
    const name = networkAclNames[id];
    const arn = `arn:aws:ec2:${region}:${accountId}:network-acl/${id}`;
    return [on(action, arn, name === undefined ? {} : { 'aws:ResourceTag/Name': name })];
  };

const onObject =
  (action: string): Rule =>
  ({ Bucket, Key }, { result }) => {
    const bucket = bucketArn(text(Bucket));
    // Only who may list is told that an object is missing; anybody else is refused.
    const listing = result === 'NoSuchKey' ? [on('s3:ListBucket', bucket)] : [];
    return [on(action, `${bucket}/${text(Key)}`), ...listing];
  };

const onBucket =
  (action: string): Rule =>
  ({ Bucket }) => [on(action, bucketArn(text(Bucket)))];

const onParameters =
  (action: string): Rule =>
  ({ Name, Names }, where) =>
    [Name, ...(Array.isArray(Names) ? Names : [])]
      .map(text)
      .filter((name) => name !== '')
      .map((name) => on(action, name.startsWith('arn:') ? name : parameterArn(where, name)));

/** By signing name and operation, as the sandbox records them. */
const rules: Readonly<Record<string, Rule>> = {
  'rds:DescribeDBInstances': onDatabase('rds:DescribeDBInstances'),
  'rds:PromoteReadReplica': onDatabase('rds:PromoteReadReplica'),
  'rds:DeleteDBInstance': onDatabase('rds:DeleteDBInstance'),
  'rds:DescribeDBParameters': ({ DBParameterGroupName }, where) => [
    on('rds:DescribeDBParameters', databaseParameterGroupArn(where, text(DBParameterGroupName))),
  ],
  'dynamodb:GetItem': onTable('dynamodb:GetItem'),
  'dynamodb:PutItem': onTable('dynamodb:PutItem'),
  'dynamodb:Query': onTable('dynamodb:Query'),
  'dynamodb:BatchGetItem': onTables('dynamodb:BatchGetItem'),
  'dynamodb:BatchWriteItem': onTables('dynamodb:BatchWriteItem'),
  'dynamodb:DescribeTable': onTable('dynamodb:DescribeTable'),
  'dynamodb:DescribeContinuousBackups': onTable('dynamodb:DescribeContinuousBackups'),
  's3:GetObject': onObject('s3:GetObject'),
  's3:HeadObject': onObject('s3:GetObject'),
  's3:PutObject': onObject('s3:PutObject'),
  's3:DeleteObject': onObject('s3:DeleteObject'),
  's3:ListObjectsV2': onBucket('s3:ListBucket'),
  's3:HeadBucket': onBucket('s3:ListBucket'),
  's3:GetBucketPolicy': onBucket('s3:GetBucketPolicy'),
  's3:GetBucketEncryption': onBucket('s3:GetEncryptionConfiguration'),
  'autoscaling:DescribeAutoScalingGroups': unscoped('autoscaling:DescribeAutoScalingGroups'),
  'autoscaling:SetDesiredCapacity': onGroup('autoscaling:SetDesiredCapacity'),
  'autoscaling:UpdateAutoScalingGroup': onGroup('autoscaling:UpdateAutoScalingGroup'),
  'elasticloadbalancing:DescribeLoadBalancers': unscoped('elasticloadbalancing:DescribeLoadBalancers'),
  'elasticloadbalancing:DescribeTargetGroups': unscoped('elasticloadbalancing:DescribeTargetGroups'),
  'elasticloadbalancing:DescribeTargetHealth': unscoped('elasticloadbalancing:DescribeTargetHealth'),
  'monitoring:GetMetricData': unscoped('cloudwatch:GetMetricData'),
  // Asked for without names: for all alarms of the region.
  'monitoring:DescribeAlarms': (_, where) => [on('cloudwatch:DescribeAlarms', alarmArn(where, '*'))],
  'monitoring:PutMetricData': ({ Namespace }) => [
    on('cloudwatch:PutMetricData', '*', { 'cloudwatch:namespace': text(Namespace) }),
  ],
  'ec2:DescribeNetworkAcls': unscoped('ec2:DescribeNetworkAcls'),
  'ec2:CreateNetworkAclEntry': onNetworkAcl('ec2:CreateNetworkAclEntry'),
  'ec2:DeleteNetworkAclEntry': onNetworkAcl('ec2:DeleteNetworkAclEntry'),
  'sns:Publish': ({ TopicArn }) => [on('sns:Publish', text(TopicArn))],
  'ssm:GetParameter': onParameters('ssm:GetParameter'),
  'ssm:GetParameters': onParameters('ssm:GetParameters'),
  'ssm:PutParameter': onParameters('ssm:PutParameter'),
  'lambda:Invoke': ({ FunctionName }, where) => [on('lambda:InvokeFunction', functionArn(where, text(FunctionName)))],
};
