import { functionArn, queueArn } from '../../src/api/arns.ts';
import type { FunctionSettings } from '../../src/api/function-settings.ts';
import { regionalName, type SiteScope } from '../../src/api/names.ts';
import { iam, scheduler } from '../builder/aws-kinds.ts';
import type { CapabilityScope } from '../builder/capability.ts';
import type { CompositeSchema } from '../builder/composite-schema.ts';
import { ref } from '../builder/references.ts';
import type { Single } from '../builder/source.ts';
import { externalName } from '../external-name.ts';
import { policyDocument, trustPolicy } from '../policy-document.ts';
import type { Tags, Text } from '../text.ts';

/** A start that comes late is of no use: the next one is there. Source: the least that EventBridge Scheduler takes. */
export const oldestStartSeconds = 60;

const scheduleRoleKey = 'schedule-role';

export interface ScheduleRoleProps {
  readonly roleName: Text;
  /** As {@link startPermissions} writes it. */
  readonly policy: Text;
  readonly tags: Tags;
}

/** Who starts the functions of a region. */
export function scheduleRole<S extends CompositeSchema>(
  { resource }: Pick<CapabilityScope<S>, 'resource'>,
  scope: Omit<SiteScope, 'region'>,
  { roleName, policy, tags }: ScheduleRoleProps,
): void {
  const role = resource(
    scheduleRoleKey,
    iam.Role,
    {
      forProvider: {
        description: `Starts functions of ${scope.app} (${scope.environment})`,
        assumeRolePolicy: trustPolicy('scheduler.amazonaws.com', scope.accountId),
        tags,
      },
    },
    { annotations: externalName(roleName) },
  );
  resource(
    'schedule-permissions',
    iam.RolePolicy,
    { forProvider: { roleRef: ref(role), policy } },
    { annotations: externalName(regionalName(scope, 'schedule')) },
  );
}

/** The policy of {@link scheduleRole}: starting these functions, and keeping what could not be delivered. */
export function startPermissions(region: SiteScope, functions: readonly string[], deadLetterQueue: string): string {
  return policyDocument([
    { actions: ['lambda:InvokeFunction'], resources: functions.map((name) => functionArn(region, name)) },
    { actions: ['sqs:SendMessage'], resources: [queueArn(region, deadLetterQueue)] },
  ]);
}

export interface ScheduleProps {
  readonly region: Text;
  readonly functionName: string;
  readonly functionArn: Text;
  readonly settings: FunctionSettings;
  /** Key of the function's bundle. There is no schedule before it. */
  readonly codeKey: Single<'xr', string | undefined>;
  /** Where the starts go that could not be delivered. */
  readonly deadLetterQueue: Text;
}

/**
 * Starts a function at its interval.
 *
 * @param key of the function in the composition.
 */
export function schedule<S extends CompositeSchema>(
  { resource }: Pick<CapabilityScope<S>, 'resource'>,
  key: string,
  { region, functionName, functionArn: arn, settings, codeKey, deadLetterQueue }: ScheduleProps,
): void {
  resource(
    `${key}-schedule`,
    scheduler.Schedule,
    {
      forProvider: {
        region,
        name: functionName,
        description: settings.description,
        scheduleExpression: rateOf(settings),
        flexibleTimeWindow: { mode: 'OFF' },
        target: {
          arn,
          roleArnRef: ref(scheduleRoleKey),
          retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: oldestStartSeconds },
          deadLetterConfig: { arn: deadLetterQueue },
        },
      },
    },
    { waitsFor: [codeKey] },
  );
}

/** `rate(1 minute)`, `rate(60 minutes)`: how EventBridge Scheduler writes an interval. */
function rateOf({ everySeconds }: FunctionSettings): string {
  const minutes = everySeconds / 60;
  return minutes === 1 ? 'rate(1 minute)' : `rate(${minutes} minutes)`;
}
