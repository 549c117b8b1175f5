import { type AutoScalingGroup, DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import { DescribeAlarmsCommand, GetMetricDataCommand, type MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { DescribeContinuousBackupsCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  type TargetHealthStateEnum,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  type DBCluster,
  type DBInstance,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  DescribeDBParametersCommand,
  DescribeGlobalClustersCommand,
  type GlobalClusterMember,
  type Parameter,
} from '@aws-sdk/client-rds';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { AwsError } from '../../../src/sandbox/region/wire/aws-error.ts';
import { jsonService } from '../../../src/sandbox/region/wire/json-service.ts';
import { operation } from '../../../src/sandbox/region/wire/operation.ts';
import { queryService } from '../../../src/sandbox/region/wire/query-service.ts';
import type { Service } from '../../../src/sandbox/region/wire/service.ts';
import { type Route53Content, route53Service } from './route53-service.ts';

/** What stands in the account: one of each, whatever the region. */
export interface Account {
  instances: DBInstance[];
  /** DescribeDBInstances answers no sooner. */
  held: Promise<void>;
  clusters: DBCluster[];
  members: GlobalClusterMember[];
  /** In pages. */
  parameters: Parameter[][];
  group: AutoScalingGroup | null;
  targets: TargetHealthStateEnum[];
  /** In pages. */
  alarms: MetricAlarm[][];
  /** Latest datapoints, by the value of their dimension. */
  datapoints: Record<string, number>;
  recovery: 'ENABLED' | 'DISABLED' | null;
  plan: string | null;
  route53: Route53Content;
}

/** Doubles of the services that the sandbox does not have, or not like this. */
export function servicesOf(account: () => Account): readonly Service[] {
  return [
    rds(account),
    autoScaling(account),
    loadBalancing(account),
    cloudWatch(account),
    dynamoDb(account),
    ssm(account),
    route53Service(() => account().route53),
  ];
}

function rds(account: () => Account): Service {
  return queryService({
    signingName: 'rds',
    xmlNamespace: 'http://rds.amazonaws.com/doc/2014-10-31/',
    operations: [
      operation(DescribeDBInstancesCommand, async ({ DBInstanceIdentifier }) => {
        await account().held;
        const DBInstances = account().instances.filter((each) => each.DBInstanceIdentifier === DBInstanceIdentifier);
        if (DBInstances.length === 0) throw new AwsError('DBInstanceNotFound', 'no such instance', 404);
        return { DBInstances };
      }),
      operation(DescribeDBClustersCommand, ({ DBClusterIdentifier }) => {
        const DBClusters = account().clusters.filter((each) => each.DBClusterIdentifier === DBClusterIdentifier);
        if (DBClusters.length === 0) throw new AwsError('DBClusterNotFoundFault', 'no such cluster', 404);
        return { DBClusters };
      }),
      operation(DescribeGlobalClustersCommand, () => ({
        GlobalClusters: [{ GlobalClusterMembers: account().members }],
      })),
      operation(DescribeDBParametersCommand, ({ Source, Marker }) => {
        const page = Number(Marker ?? 0);
        const { parameters } = account();
        const Parameters = (parameters[page] ?? []).filter((each) => each.Source === Source);
        return { Parameters, ...(page + 1 < parameters.length ? { Marker: `${page + 1}` } : {}) };
      }),
    ],
  });
}

function autoScaling(account: () => Account): Service {
  return queryService({
    signingName: 'autoscaling',
    xmlNamespace: 'http://autoscaling.amazonaws.com/doc/2011-01-01/',
    operations: [
      operation(DescribeAutoScalingGroupsCommand, () => ({ AutoScalingGroups: [account().group ?? []].flat() })),
    ],
  });
}

function loadBalancing(account: () => Account): Service {
  return queryService({
    signingName: 'elasticloadbalancing',
    xmlNamespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
    operations: [
      operation(DescribeTargetGroupsCommand, () => ({ TargetGroups: [{ TargetGroupArn: 'arn:tg' }] })),
      operation(DescribeTargetHealthCommand, () => ({
        TargetHealthDescriptions: account().targets.map((State) => ({ TargetHealth: { State } })),
      })),
    ],
  });
}

function cloudWatch(account: () => Account): Service {
  return jsonService({
    signingName: 'monitoring',
    version: '1.0',
    namespace: 'com.amazonaws.cloudwatch',
    operations: [
      operation(DescribeAlarmsCommand, ({ NextToken, StateValue, ActionPrefix = '' }) => {
        const page = Number(NextToken ?? 0);
        const { alarms } = account();
        const MetricAlarms = (alarms[page] ?? []).filter(
          (alarm) =>
            alarm.StateValue === StateValue && alarm.AlarmActions?.some((action) => action.startsWith(ActionPrefix)),
        );
        return { MetricAlarms, ...(page + 1 < alarms.length ? { NextToken: `${page + 1}` } : {}) };
      }),
      operation(GetMetricDataCommand, ({ MetricDataQueries = [], StartTime }) => ({
        MetricDataResults: MetricDataQueries.map(({ Id, MetricStat }) => {
          const value = account().datapoints[MetricStat?.Metric?.Dimensions?.[0]?.Value ?? ''];
          return value === undefined
            ? { Id, Values: [], Timestamps: [] }
            : { Id, Values: [value], Timestamps: [new Date((StartTime?.getTime() ?? 0) + 9 * 60_000)] };
        }),
      })),
    ],
  });
}

function dynamoDb(account: () => Account): Service {
  return jsonService({
    signingName: 'dynamodb',
    version: '1.0',
    namespace: 'com.amazonaws.dynamodb.v20120810',
    operations: [
      operation(DescribeContinuousBackupsCommand, () => {
        const { recovery } = account();
        if (recovery === null) throw new AwsError('TableNotFoundException', 'no such table');
        return {
          ContinuousBackupsDescription: {
            ContinuousBackupsStatus: 'ENABLED' as const,
            PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: recovery },
          },
        };
      }),
      operation(PutItemCommand, () => {
        throw new AwsError('ConditionalCheckFailedException', 'The conditional request failed');
      }),
    ],
  });
}

function ssm(account: () => Account): Service {
  return jsonService({
    signingName: 'ssm',
    version: '1.1',
    namespace: 'com.amazonaws.ssm',
    operations: [
      operation(GetParameterCommand, () => {
        const { plan } = account();
        if (plan === null) throw new AwsError('ParameterNotFound', '');
        return { Parameter: { Value: plan } };
      }),
    ],
  });
}
