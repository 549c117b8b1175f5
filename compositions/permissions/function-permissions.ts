import { logGroupArn, queueArn } from '../../src/api/arns.ts';
import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import { type FunctionName, type SiteScope, siteNames } from '../../src/api/names.ts';
import type { Allow } from '../policy-document.ts';
import {
  mayCheckReadiness,
  mayFailOver,
  mayLook,
  mayNotify,
  mayObserve,
  mayReadMetrics,
  mayReadParameters,
  mayReadSwitch,
  mayWriteJournal,
} from './actor-permissions.ts';

/**
 * What a function's role may do.
 *
 * @param own the site that the function runs in.
 * @param peer the other one: an actor fences there, and a vantage looks there.
 */
export function functionPermissions(
  app: MultiRegionApp,
  name: FunctionName,
  own: SiteScope,
  peer: SiteScope,
): readonly Allow[] {
  const both = [own, peer];
  const common = [...mayRun(name, own), ...mayReadParameters([own])];
  switch (name) {
    case 'prober':
      return [...common, ...mayEnterVpc(own), ...mayLook(both), ...mayWriteJournal(both)];
    case 'failover':
      return [
        ...common,
        ...mayEnterVpc(own),
        ...mayObserve(both),
        ...mayWriteJournal(both),
        ...mayReadSwitch(app, both),
        ...mayFailOver(app, both),
        ...mayNotify(both),
      ];
    case 'validator':
      return [
        ...common,
        ...mayObserve(both),
        ...mayReadMetrics(),
        ...mayReadSwitch(app, both),
        ...mayCheckReadiness(app, both),
        ...mayNotify([own]),
      ];
  }
}

/** Name of a function's log group, which Lambda derives from the function's. */
export function functionLogGroup(functionName: string): string {
  return `/aws/lambda/${functionName}`;
}

/**
 * Logs, in which the metrics are as well, and where what could not be handled is kept. The log group is made beforehand,
 * so nobody has to create one.
 */
function mayRun(name: FunctionName, own: SiteScope): readonly Allow[] {
  const { functions, deadLetterQueue } = siteNames(own);
  return [
    {
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [`${logGroupArn(own, functionLogGroup(functions[name]))}:*`],
    },
    { actions: ['sqs:SendMessage'], resources: [queueArn(own, deadLetterQueue)] },
  ];
}

/**
 * Source: "Giving Lambda functions access to resources in an Amazon VPC", AWS Lambda Developer Guide; what can be
 * narrowed is. The type of a resource cannot be a wildcard ("Amazon Resource Names", IAM User Guide), so each is named.
 */
function mayEnterVpc(own: SiteScope): readonly Allow[] {
  const every = (type: string): string => `arn:aws:ec2:${own.region}:${own.accountId}:${type}/*`;
  return [
    {
      actions: ['ec2:CreateNetworkInterface'],
      resources: ['network-interface', 'subnet', 'security-group'].map(every),
    },
    {
      actions: ['ec2:DeleteNetworkInterface', 'ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses'],
      resources: [every('network-interface')],
    },
    { actions: ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'], resources: ['*'] },
  ];
}
