import type { SiteScope } from './names.ts';

/**
 * ARNs of the commercial partition, computed so that one region never has to ask another for them.
 * Source: "Actions, resources, and condition keys for AWS services" of the Service Authorization Reference.
 */

export function databaseArn(scope: SiteScope, identifier: string): string {
  return `arn:aws:rds:${scope.region}:${scope.accountId}:db:${identifier}`;
}

export function databaseSnapshotArn(scope: SiteScope, snapshot: string): string {
  return `arn:aws:rds:${scope.region}:${scope.accountId}:snapshot:${snapshot}`;
}

export function databaseSubnetGroupArn(scope: SiteScope, group: string): string {
  return `arn:aws:rds:${scope.region}:${scope.accountId}:subgrp:${group}`;
}

/** Every key of a region: AWS chooses their ids. */
export function keyArns(scope: SiteScope): string {
  return `arn:aws:kms:${scope.region}:${scope.accountId}:key/*`;
}

export function databaseParameterGroupArn(scope: SiteScope, group: string): string {
  return `arn:aws:rds:${scope.region}:${scope.accountId}:pg:${group}`;
}

export function topicArn(scope: SiteScope, topic: string): string {
  return `arn:aws:sns:${scope.region}:${scope.accountId}:${topic}`;
}

export function functionArn(scope: SiteScope, functionName: string): string {
  return `arn:aws:lambda:${scope.region}:${scope.accountId}:function:${functionName}`;
}

export function tableArn(scope: SiteScope, table: string): string {
  return `arn:aws:dynamodb:${scope.region}:${scope.accountId}:table/${table}`;
}

export function logGroupArn(scope: SiteScope, logGroup: string): string {
  return `arn:aws:logs:${scope.region}:${scope.accountId}:log-group:${logGroup}`;
}

export function queueArn(scope: SiteScope, queue: string): string {
  return `arn:aws:sqs:${scope.region}:${scope.accountId}:${queue}`;
}

/** @param parameter with its leading slash. */
export function parameterArn(scope: SiteScope, parameter: string): string {
  return `arn:aws:ssm:${scope.region}:${scope.accountId}:parameter${parameter}`;
}

/** IAM has no regions. */
export function roleArn(scope: { readonly accountId: string }, role: string): string {
  return `arn:aws:iam::${scope.accountId}:role/${role}`;
}

/** S3 has neither account nor region in its ARNs. */
export function bucketArn(bucket: string): string {
  return `arn:aws:s3:::${bucket}`;
}

/** AWS puts an id of its own into the middle of it. */
export function autoScalingGroupArn(scope: SiteScope, group: string): string {
  return `arn:aws:autoscaling:${scope.region}:${scope.accountId}:autoScalingGroup:*:autoScalingGroupName/${group}`;
}

/** Every network ACL of a region, for a policy that tells them apart by a tag: AWS chooses their ids. */
export function networkAclArns(scope: SiteScope): string {
  return `arn:aws:ec2:${scope.region}:${scope.accountId}:network-acl/*`;
}

export function alarmArn(scope: SiteScope, alarm: string): string {
  return `arn:aws:cloudwatch:${scope.region}:${scope.accountId}:alarm:${alarm}`;
}

export function eventRuleArn(scope: SiteScope, rule: string): string {
  return `arn:aws:events:${scope.region}:${scope.accountId}:rule/${rule}`;
}
