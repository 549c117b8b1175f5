import { parameterArn, tableArn } from '../../src/api/arns.ts';
import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import { regionalName, type SiteScope, scopeOf, siteNames, tableName } from '../../src/api/names.ts';
import { regionalStackSchema } from '../../src/api/regional-stack.ts';
import { iam } from '../builder/aws-kinds.ts';
import { capability } from '../builder/capability.ts';
import { ref } from '../builder/references.ts';
import { externalName } from '../external-name.ts';
import { inRegion } from '../in-region.ts';
import { policyDocument, trustPolicy } from '../policy-document.ts';
import type { StackCapability } from './stack.ts';

/** What the application's instances may do in AWS: read their settings, and use the application's tables. */
export function instanceRole(app: MultiRegionApp): StackCapability {
  const scope = scopeOf(app);
  return capability(regionalStackSchema, ({ xr, resource }) => {
    const { region } = xr.spec;
    const name = inRegion(region, (region) => siteNames({ ...scope, region }).roles.instance);
    const role = resource(
      'instance-role',
      iam.Role,
      {
        forProvider: {
          description: `Instances of ${scope.app} (${scope.environment})`,
          assumeRolePolicy: trustPolicy('ec2.amazonaws.com'),
          tags: xr.spec.tags,
        },
      },
      { annotations: externalName(name) },
    );
    resource(
      'instance-permissions',
      iam.RolePolicy,
      {
        forProvider: {
          roleRef: ref(role),
          policy: inRegion(region, (region) => permissions(app, { ...scope, region })),
        },
      },
      { annotations: externalName(regionalName(scope, 'instance')) },
    );
    resource(
      'instance-profile',
      iam.InstanceProfile,
      { forProvider: { roleRef: ref(role), tags: xr.spec.tags } },
      { annotations: externalName(name) },
    );
  });
}

function permissions({ spec }: MultiRegionApp, scope: SiteScope): string {
  const settings = parameterArn(scope, siteNames(scope).parameterPrefix);
  const tables = spec.tables.map(({ name }) => tableArn(scope, tableName(scope, name)));
  return policyDocument([
    {
      actions: ['ssm:GetParameter', 'ssm:GetParameters', 'ssm:GetParametersByPath'],
      resources: [settings, `${settings}/*`],
    },
    ...(tables.length === 0
      ? []
      : [
          {
            actions: [
              'dynamodb:BatchGetItem',
              'dynamodb:BatchWriteItem',
              'dynamodb:ConditionCheckItem',
              'dynamodb:DeleteItem',
              'dynamodb:DescribeTable',
              'dynamodb:GetItem',
              'dynamodb:PutItem',
              'dynamodb:Query',
              'dynamodb:Scan',
              'dynamodb:UpdateItem',
            ],
            resources: tables.flatMap((table) => [table, `${table}/index/*`]),
          },
        ]),
  ]);
}
