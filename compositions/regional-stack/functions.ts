import { queueArn } from '../../src/api/arns.ts';
import { functionSettings } from '../../src/api/function-settings.ts';
import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import { type FunctionName, functionNames, regionalName, scopeOf, siteNames } from '../../src/api/names.ts';
import { regionalStackSchema } from '../../src/api/regional-stack.ts';
import { bucket } from '../bucket.ts';
import { cloudwatchlogs, iam, lambda, sqs } from '../builder/aws-kinds.ts';
import { type CapabilityScope, capability } from '../builder/capability.ts';
import { required } from '../builder/policies.ts';
import { ref } from '../builder/references.ts';
import { externalName } from '../external-name.ts';
import { inRegion, inRegions } from '../in-region.ts';
import { functionLogGroup, functionPermissions } from '../permissions/function-permissions.ts';
import { policyDocument, trustPolicy } from '../policy-document.ts';
import { logRetentionDays } from './log-retention.ts';
import { allow, securityGroup } from './security-groups.ts';
import { commonNames, named, type StackCapability, zonesOf } from './stack.ts';

type Scope = CapabilityScope<typeof regionalStackSchema>;

/** The longest that SQS keeps a message: long enough for somebody to come back from a holiday. */
const deadLetterSeconds = 14 * 24 * 60 * 60;

/**
 * The Lambda functions of a site. Their bundles come as objects of the code bucket, under keys that name their content,
 * so a new bundle is a new key in `spec.code` and a plain update. Without `spec.code` there are no functions.
 */
export function functions(app: MultiRegionApp): StackCapability {
  const scope = scopeOf(app);
  const names = commonNames(app);
  return capability(regionalStackSchema, (stack) => {
    const { xr, resource } = stack;
    const { region } = xr.spec;
    const code = bucket(stack, 'code-bucket', {
      region,
      name: inRegion(region, (each) => siteNames({ ...scope, region: each }).codeBucket),
      tags: named(xr, regionalName(scope, 'code')),
      deletion: app.spec.deletion,
    });
    xr.status.buckets.code.from(code.status.atProvider.id);

    resource('dead-letter-queue', sqs.Queue, {
      forProvider: {
        region,
        name: names.deadLetterQueue,
        messageRetentionSeconds: deadLetterSeconds,
        sqsManagedSseEnabled: true,
        tags: named(xr, names.deadLetterQueue),
      },
    });
    functionAccess(app, stack);
    for (const name of functionNames) {
      oneFunction(app, name, stack);
    }
  });
}

/** To the database, to AWS, and to the applications of both sites. */
function functionAccess(app: MultiRegionApp, stack: Scope): void {
  const { certificate, database } = app.spec;
  const group = securityGroup(
    stack,
    'function',
    regionalName(scopeOf(app), 'function-sg'),
    'Functions that talk to the database',
  );
  allow(stack, 'function-to-database', database.port, { from: group, to: { name: 'database-security-group' } });
  for (const port of certificate === 'None' ? [80, 443] : [443]) {
    allow(stack, `function-to-internet-${port}`, port, { from: group, to: '0.0.0.0/0' });
  }
}

/** What a function needs before it runs: where it logs, and who it is. */
function functionRole(app: MultiRegionApp, name: FunctionName, { xr, resource }: Scope) {
  const scope = scopeOf(app);
  const functionName = commonNames(app).functions[name];
  const { region, peerRegion } = xr.spec;
  resource(
    `${name}-logs`,
    cloudwatchlogs.Group,
    { forProvider: { region, retentionInDays: logRetentionDays, tags: named(xr, functionName) } },
    { annotations: externalName(functionLogGroup(functionName)) },
  );
  const role = resource(
    `${name}-role`,
    iam.Role,
    {
      forProvider: {
        description: `Function ${functionName}`,
        assumeRolePolicy: trustPolicy('lambda.amazonaws.com'),
        tags: xr.spec.tags,
      },
    },
    { annotations: externalName(inRegion(region, (each) => siteNames({ ...scope, region: each }).roles[name])) },
  );
  const policy = inRegions(region, peerRegion, (own, peer) =>
    policyDocument(functionPermissions(app, name, { ...scope, region: own }, { ...scope, region: peer })),
  );
  resource(
    `${name}-permissions`,
    iam.RolePolicy,
    { forProvider: { roleRef: ref(role), policy } },
    { annotations: externalName(functionName) },
  );
  return role;
}

function oneFunction(app: MultiRegionApp, name: FunctionName, stack: Scope): void {
  const { xr, resource } = stack;
  const scope = scopeOf(app);
  const { functions, parameterPrefix } = commonNames(app);
  const functionName = functions[name];
  const { region } = xr.spec;
  const { description, memoryMiB, timeoutSeconds, reservedConcurrency, inVpc } = functionSettings[name];
  const made = resource(
    name,
    lambda.Function,
    {
      forProvider: {
        region,
        description,
        roleRef: ref(functionRole(app, name, stack)),
        runtime: 'nodejs22.x',
        architectures: ['arm64'],
        handler: 'index.handler',
        s3Bucket: inRegion(region, (each) => siteNames({ ...scope, region: each }).codeBucket),
        s3Key: required(xr.spec.code[name]),
        memorySize: memoryMiB,
        timeout: timeoutSeconds,
        ...(reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: reservedConcurrency }),
        ...(inVpc ? { vpcConfig: vpcOf(app) } : {}),
        environment: { variables: { UNDERSTUDY_SITE: xr.spec.site, UNDERSTUDY_PARAMETERS: parameterPrefix } },
        tags: named(xr, functionName),
      },
    },
    { annotations: externalName(functionName) },
  );
  xr.status.functions[name].from(made.status.atProvider.arn);
  invocation(app, name, stack);
}

function vpcOf(app: MultiRegionApp) {
  return {
    subnetIdRefs: zonesOf(app).map((zone) => ref(`subnet-application-${zone}`)),
    securityGroupIdRefs: [ref('function-security-group')],
  };
}

/** What becomes of a start that fails. */
function invocation(app: MultiRegionApp, name: FunctionName, { xr, resource }: Scope): void {
  const scope = scopeOf(app);
  const { functions, deadLetterQueue } = commonNames(app);
  const { retries, everySeconds } = functionSettings[name];
  const { region } = xr.spec;
  resource(
    `${name}-invocation`,
    lambda.FunctionEventInvokeConfig,
    {
      forProvider: {
        region,
        functionName: functions[name],
        maximumRetryAttempts: retries,
        // One that waited longer is of no use: the next one is there.
        maximumEventAgeInSeconds: everySeconds,
        destinationConfig: {
          onFailure: {
            destination: inRegion(region, (each) => queueArn({ ...scope, region: each }, deadLetterQueue)),
          },
        },
      },
    },
    { waitsFor: [xr.spec.code[name]] },
  );
}
