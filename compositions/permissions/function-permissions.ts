import { logGroupArn, queueArn } from '../../src/api/arns.ts';
import { type MultiRegionApp, witnessFunctionRegion } from '../../src/api/multi-region-app.ts';
import { type SiteFunctionName, type SiteScope, scopeOf, siteNames, witnessNames } from '../../src/api/names.ts';
import { sites } from '../../src/api/site.ts';
import type { Allow } from '../policy-document.ts';
import {
  mayCheckReadiness,
  mayFailOver,
  mayListSwitch,
  mayLook,
  mayLookFromOutside,
  mayNotify,
  mayObserve,
  mayReadParameters,
  mayReadPlan,
  mayReadSwitch,
  maySeeCapacity,
  mayWriteJournal,
} from './actor-permissions.ts';

/**
 * What the role of a site's function may do.
 *
 * @param own the site that the function runs in.
 * @param peer the other one: an actor fences there, and a vantage looks there.
 */
export function functionPermissions(
  app: MultiRegionApp,
  name: SiteFunctionName,
  own: SiteScope,
  peer: SiteScope,
): readonly Allow[] {
  const both = [own, peer];
  const { functions, deadLetterQueue } = siteNames(own);
  const runs = mayRun(functions[name], deadLetterQueue, own);
  switch (name) {
    case 'prober':
      return [...runs, ...mayReadParameters([own]), ...mayEnterVpc(own), ...mayLook(both), ...mayWriteJournal(both)];
    case 'failover':
      return [
        ...runs,
        ...mayReadParameters([own]),
        ...mayEnterVpc(own),
        ...mayObserve(both),
        ...mayWriteJournal(both),
        ...mayReadSwitch(app, both),
        ...mayFailOver(app, both),
        ...mayNotify(both),
      ];
    case 'validator':
      // It looks at everything, and into no database: it has no password.
      return [
        ...runs,
        ...mayLook(both),
        ...maySeeCapacity(),
        ...mayListSwitch(app, both),
        ...mayCheckReadiness(app, both),
      ];
  }
}

/**
 * What the role of the witness's function may do: read the plan in its own region, look at the sites from outside, and
 * write what it saw into their journals. It reads no secret, and acts nowhere.
 *
 * @throws Error for an application that has none.
 */
export function witnessPermissions(app: MultiRegionApp): readonly Allow[] {
  const region = witnessFunctionRegion(app.spec);
  if (region === undefined) {
    throw new Error(`${app.metadata.name} has no witness's function`);
  }
  const scope = scopeOf(app);
  const own = { ...scope, region };
  const both = sites.map((site) => ({ ...scope, region: app.spec[site].region }));
  const { function: functionName, deadLetterQueue } = witnessNames(own);
  return [
    ...mayRun(functionName, deadLetterQueue, own),
    ...mayReadPlan([own]),
    ...mayLookFromOutside(both),
    ...mayWriteJournal(both),
  ];
}

/** Name of a function's log group, which Lambda derives from the function's. */
export function functionLogGroup(functionName: string): string {
  return `/aws/lambda/${functionName}`;
}

/**
 * Logs, in which the metrics are as well, and where what could not be handled is kept. The log group is made beforehand,
 * so nobody has to create one.
 */
function mayRun(functionName: string, deadLetterQueue: string, own: SiteScope): readonly Allow[] {
  return [
    {
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [`${logGroupArn(own, functionLogGroup(functionName))}:*`],
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
