import { logGroupArn } from '../../src/api/arns.ts';
import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import { regionalName, scopeOf, siteNames } from '../../src/api/names.ts';
import { regionalStackSchema } from '../../src/api/regional-stack.ts';
import { cloudwatchlogs, ec2, iam } from '../builder/aws-kinds.ts';
import { capability } from '../builder/capability.ts';
import { ref } from '../builder/references.ts';
import { externalName } from '../external-name.ts';
import { inRegion } from '../in-region.ts';
import { logRetentionDays } from '../log-retention.ts';
import { policyDocument, trustPolicy } from '../policy-document.ts';
import { named, type StackCapability } from './stack.ts';

/** Who talked to whom in the VPC, accepted or refused: the first thing that is asked for after an incident. */
export function flowLogs(app: MultiRegionApp): StackCapability {
  const scope = scopeOf(app);
  const name = regionalName(scope, 'flow-logs');
  return capability(regionalStackSchema, ({ xr, resource }) => {
    const { region } = xr.spec;
    const group = resource(
      'flow-logs-group',
      cloudwatchlogs.Group,
      { forProvider: { region, retentionInDays: logRetentionDays, tags: named(xr, name) } },
      { annotations: externalName(name) },
    );
    const roleName = inRegion(region, (region) => siteNames({ ...scope, region }).roles['flow-logs']);
    const role = resource(
      'flow-logs-role',
      iam.Role,
      {
        forProvider: {
          description: `Writes flow logs of ${scope.app} (${scope.environment})`,
          assumeRolePolicy: trustPolicy('vpc-flow-logs.amazonaws.com', scope.accountId),
          tags: xr.spec.tags,
        },
      },
      { annotations: externalName(roleName) },
    );
    resource(
      'flow-logs-permissions',
      iam.RolePolicy,
      {
        forProvider: {
          roleRef: ref(role),
          policy: inRegion(region, (region) => permissions({ ...scope, region }, name)),
        },
      },
      { annotations: externalName(name) },
    );
    resource('flow-logs', ec2.FlowLog, {
      forProvider: {
        region,
        vpcIdRef: ref('vpc'),
        trafficType: 'ALL',
        logDestinationType: 'cloud-watch-logs',
        logDestinationRef: ref(group),
        iamRoleArnRef: ref(role),
        maxAggregationInterval: 60,
        tags: named(xr, name),
      },
    });
  });
}

/** Source: "IAM role for publishing flow logs to CloudWatch Logs", Amazon VPC User Guide, narrowed to the one group. */
function permissions(scope: Parameters<typeof logGroupArn>[0], group: string): string {
  return policyDocument([
    {
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'],
      resources: [`${logGroupArn(scope, group)}:*`],
    },
    { actions: ['logs:DescribeLogGroups'], resources: [logGroupArn(scope, '*')] },
  ]);
}
