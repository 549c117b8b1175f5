/**
 * The AWS services that compositions use, each with all of its kinds: `rds.Instance`, `route53.Record`. They are the
 * namespaced kinds of Crossplane v2 (`*.aws.m.upbound.io`). Another service is one line more.
 */
import type * as Acm from '@crossplane-models/provider-upjet-aws/acm.aws.m.upbound.io/v1beta1';
import type * as AutoScaling from '@crossplane-models/provider-upjet-aws/autoscaling.aws.m.upbound.io/v1beta1';
import type * as CloudWatch from '@crossplane-models/provider-upjet-aws/cloudwatch.aws.m.upbound.io/v1beta1';
import type * as Events from '@crossplane-models/provider-upjet-aws/cloudwatchevents.aws.m.upbound.io/v1beta1';
import type * as CloudWatchLogs from '@crossplane-models/provider-upjet-aws/cloudwatchlogs.aws.m.upbound.io/v1beta1';
import type * as DynamoDb from '@crossplane-models/provider-upjet-aws/dynamodb.aws.m.upbound.io/v1beta1';
import type * as Ec2 from '@crossplane-models/provider-upjet-aws/ec2.aws.m.upbound.io/v1beta1';
import type * as LoadBalancing from '@crossplane-models/provider-upjet-aws/elbv2.aws.m.upbound.io/v1beta1';
import type * as Iam from '@crossplane-models/provider-upjet-aws/iam.aws.m.upbound.io/v1beta1';
import type * as Kms from '@crossplane-models/provider-upjet-aws/kms.aws.m.upbound.io/v1beta1';
import type * as Lambda from '@crossplane-models/provider-upjet-aws/lambda.aws.m.upbound.io/v1beta1';
import type * as Rds from '@crossplane-models/provider-upjet-aws/rds.aws.m.upbound.io/v1beta1';
import type * as Route53 from '@crossplane-models/provider-upjet-aws/route53.aws.m.upbound.io/v1beta1';
import type * as S3 from '@crossplane-models/provider-upjet-aws/s3.aws.m.upbound.io/v1beta1';
import type * as Scheduler from '@crossplane-models/provider-upjet-aws/scheduler.aws.m.upbound.io/v1beta1';
import type * as Sns from '@crossplane-models/provider-upjet-aws/sns.aws.m.upbound.io/v1beta1';
import type * as Sqs from '@crossplane-models/provider-upjet-aws/sqs.aws.m.upbound.io/v1beta1';
import type * as Ssm from '@crossplane-models/provider-upjet-aws/ssm.aws.m.upbound.io/v1beta1';
import { kindsOf } from './kind.ts';

export const acm = kindsOf<typeof Acm>('acm.aws.m.upbound.io/v1beta1');
export const autoscaling = kindsOf<typeof AutoScaling>('autoscaling.aws.m.upbound.io/v1beta1');
export const cloudwatchlogs = kindsOf<typeof CloudWatchLogs>('cloudwatchlogs.aws.m.upbound.io/v1beta1');
export const dynamodb = kindsOf<typeof DynamoDb>('dynamodb.aws.m.upbound.io/v1beta1');
export const ec2 = kindsOf<typeof Ec2>('ec2.aws.m.upbound.io/v1beta1');
export const elbv2 = kindsOf<typeof LoadBalancing>('elbv2.aws.m.upbound.io/v1beta1');
export const iam = kindsOf<typeof Iam>('iam.aws.m.upbound.io/v1beta1');
export const kms = kindsOf<typeof Kms>('kms.aws.m.upbound.io/v1beta1');
export const rds = kindsOf<typeof Rds>('rds.aws.m.upbound.io/v1beta1');
export const route53 = kindsOf<typeof Route53>('route53.aws.m.upbound.io/v1beta1');
export const cloudwatch = kindsOf<typeof CloudWatch>('cloudwatch.aws.m.upbound.io/v1beta1');
export const cloudwatchevents = kindsOf<typeof Events>('cloudwatchevents.aws.m.upbound.io/v1beta1');
export const lambda = kindsOf<typeof Lambda>('lambda.aws.m.upbound.io/v1beta1');
export const s3 = kindsOf<typeof S3>('s3.aws.m.upbound.io/v1beta1');
export const scheduler = kindsOf<typeof Scheduler>('scheduler.aws.m.upbound.io/v1beta1');
export const sns = kindsOf<typeof Sns>('sns.aws.m.upbound.io/v1beta1');
export const sqs = kindsOf<typeof Sqs>('sqs.aws.m.upbound.io/v1beta1');
export const ssm = kindsOf<typeof Ssm>('ssm.aws.m.upbound.io/v1beta1');
