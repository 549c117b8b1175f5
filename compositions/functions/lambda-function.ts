import type { FunctionSettings } from '../../src/api/function-settings.ts';
import { cloudwatchlogs, iam, lambda } from '../builder/aws-kinds.ts';
import type { CapabilityScope } from '../builder/capability.ts';
import type { CompositeSchema } from '../builder/composite-schema.ts';
import { required } from '../builder/policies.ts';
import { ref } from '../builder/references.ts';
import type { Single } from '../builder/source.ts';
import { externalName } from '../external-name.ts';
import { logRetentionDays } from '../log-retention.ts';
import { functionLogGroup } from '../permissions/function-permissions.ts';
import { trustPolicy } from '../policy-document.ts';
import type { Tags, Text } from '../text.ts';

export interface LambdaFunctionProps {
  readonly region: Text;
  /** In AWS. */
  readonly functionName: string;
  readonly settings: FunctionSettings;
  readonly roleName: Text;
  /** What its role may do. */
  readonly policy: Text;
  readonly codeBucket: Text;
  /** Key of its bundle. There is no function before it. */
  readonly codeKey: Single<'xr', string | undefined>;
  readonly environment: { readonly [name: string]: Text };
  /** Where the events go that it could not handle. */
  readonly deadLetterQueue: Text;
  /** @default it is in no VPC */
  readonly vpc?: {
    readonly subnetIdRefs: ReturnType<typeof ref>[];
    readonly securityGroupIdRefs: ReturnType<typeof ref>[];
  };
  readonly tags: Tags;
  readonly roleTags: Tags;
}

/**
 * A Lambda function: where it logs, who it is, what it runs, and what becomes of a start that fails.
 *
 * @param key names the resources of the function in the composition.
 */
export function lambdaFunction<S extends CompositeSchema>(
  scope: Pick<CapabilityScope<S>, 'resource'>,
  key: string,
  props: LambdaFunctionProps,
) {
  const { region, functionName, settings, codeBucket, codeKey, environment, vpc, tags } = props;
  const { description, memoryMiB, timeoutSeconds, reservedConcurrency } = settings;
  const role = functionRole(scope, key, props);
  const made = scope.resource(
    key,
    lambda.Function,
    {
      forProvider: {
        region,
        description,
        roleRef: ref(role),
        runtime: 'nodejs22.x',
        architectures: ['arm64'],
        handler: 'index.handler',
        s3Bucket: codeBucket,
        s3Key: required(codeKey),
        memorySize: memoryMiB,
        timeout: timeoutSeconds,
        ...(reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: reservedConcurrency }),
        ...(vpc === undefined ? {} : { vpcConfig: vpc }),
        environment: { variables: environment },
        tags,
      },
    },
    { annotations: externalName(functionName) },
  );
  invocation(scope, key, props);
  return made;
}

/** What a function needs before it runs: where it logs, and who it is. */
function functionRole<S extends CompositeSchema>(
  { resource }: Pick<CapabilityScope<S>, 'resource'>,
  key: string,
  { region, functionName, roleName, policy, tags, roleTags }: LambdaFunctionProps,
) {
  resource(
    `${key}-logs`,
    cloudwatchlogs.Group,
    { forProvider: { region, retentionInDays: logRetentionDays, tags } },
    { annotations: externalName(functionLogGroup(functionName)) },
  );
  const role = resource(
    `${key}-role`,
    iam.Role,
    {
      forProvider: {
        description: `Function ${functionName}`,
        assumeRolePolicy: trustPolicy('lambda.amazonaws.com'),
        tags: roleTags,
      },
    },
    { annotations: externalName(roleName) },
  );
  resource(
    `${key}-permissions`,
    iam.RolePolicy,
    { forProvider: { roleRef: ref(role), policy } },
    { annotations: externalName(functionName) },
  );
  return role;
}

/** What becomes of a start that fails. */
function invocation<S extends CompositeSchema>(
  { resource }: Pick<CapabilityScope<S>, 'resource'>,
  key: string,
  { region, functionName, settings, codeKey, deadLetterQueue }: LambdaFunctionProps,
): void {
  const { retries, everySeconds } = settings;
  resource(
    `${key}-invocation`,
    lambda.FunctionEventInvokeConfig,
    {
      forProvider: {
        region,
        functionName,
        maximumRetryAttempts: retries,
        // One that waited longer is of no use: the next one is there.
        maximumEventAgeInSeconds: everySeconds,
        destinationConfig: { onFailure: { destination: deadLetterQueue } },
      },
    },
    { waitsFor: [codeKey] },
  );
}
