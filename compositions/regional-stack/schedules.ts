import { eventRuleArn, functionArn, queueArn } from '../../src/api/arns.ts';
import { type FunctionSettings, functionSettings } from '../../src/api/function-settings.ts';
import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import { functionNames, regionalName, type SiteScope, scopeOf, siteNames } from '../../src/api/names.ts';
import { regionalStackSchema } from '../../src/api/regional-stack.ts';
import { cloudwatchevents, iam, lambda, scheduler } from '../builder/aws-kinds.ts';
import { type CapabilityScope, capability } from '../builder/capability.ts';
import { ref } from '../builder/references.ts';
import { externalName } from '../external-name.ts';
import { inRegion } from '../in-region.ts';
import { policyDocument, trustPolicy } from '../policy-document.ts';
import { alarmsThatWake } from './alarm-names.ts';
import { commonNames, named, type StackCapability } from './stack.ts';

/** A start that comes late is of no use: the next one is there. Source: the least that EventBridge Scheduler takes. */
const oldestStartSeconds = 60;

/** What starts the functions: a schedule each, and for the failover function also the alarms of its region. */
export function schedules(app: MultiRegionApp): StackCapability {
  return capability(regionalStackSchema, (stack) => {
    scheduleRole(app, stack);
    for (const name of functionNames) {
      schedule(app, name, stack);
    }
    wakeByAlarm(app, stack);
  });
}

type Scope = CapabilityScope<typeof regionalStackSchema>;

function scheduleRole(app: MultiRegionApp, { xr, resource }: Scope): void {
  const scope = scopeOf(app);
  const { region } = xr.spec;
  const role = resource(
    'schedule-role',
    iam.Role,
    {
      forProvider: {
        description: `Starts functions of ${scope.app} (${scope.environment})`,
        assumeRolePolicy: trustPolicy('scheduler.amazonaws.com', scope.accountId),
        tags: xr.spec.tags,
      },
    },
    { annotations: externalName(inRegion(region, (each) => siteNames({ ...scope, region: each }).roles.schedule)) },
  );
  resource(
    'schedule-permissions',
    iam.RolePolicy,
    {
      forProvider: { roleRef: ref(role), policy: inRegion(region, (each) => permissions({ ...scope, region: each })) },
    },
    { annotations: externalName(regionalName(scope, 'schedule')) },
  );
}

function permissions(site: SiteScope): string {
  const { functions, deadLetterQueue } = siteNames(site);
  return policyDocument([
    {
      actions: ['lambda:InvokeFunction'],
      resources: functionNames.map((name) => functionArn(site, functions[name])),
    },
    { actions: ['sqs:SendMessage'], resources: [queueArn(site, deadLetterQueue)] },
  ]);
}

function schedule(app: MultiRegionApp, name: (typeof functionNames)[number], { xr, resource }: Scope): void {
  const scope = scopeOf(app);
  const { region } = xr.spec;
  const { functions, deadLetterQueue } = commonNames(app);
  resource(
    `${name}-schedule`,
    scheduler.Schedule,
    {
      forProvider: {
        region,
        name: functions[name],
        description: functionSettings[name].description,
        scheduleExpression: rateOf(functionSettings[name]),
        flexibleTimeWindow: { mode: 'OFF' },
        target: {
          arn: inRegion(region, (each) => functionArn({ ...scope, region: each }, functions[name])),
          roleArnRef: ref('schedule-role'),
          retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: oldestStartSeconds },
          deadLetterConfig: { arn: inRegion(region, (each) => queueArn({ ...scope, region: each }, deadLetterQueue)) },
        },
      },
    },
    { waitsFor: [xr.spec.code[name]] },
  );
}

/** An alarm need not wait for the next minute. */
function wakeByAlarm(app: MultiRegionApp, { xr, resource }: Scope): void {
  const scope = scopeOf(app);
  const { region } = xr.spec;
  const { functions } = commonNames(app);
  const ruleName = regionalName(scope, 'alarms');
  const gates = { waitsFor: [xr.spec.code.failover] };
  const rule = resource(
    'alarm-rule',
    cloudwatchevents.Rule,
    {
      forProvider: {
        region,
        description: `Alarms that wake ${functions.failover}`,
        eventPattern: JSON.stringify({
          source: ['aws.cloudwatch'],
          'detail-type': ['CloudWatch Alarm State Change'],
          detail: { alarmName: alarmsThatWake(app), state: { value: ['ALARM'] } },
        }),
        tags: named(xr, ruleName),
      },
    },
    { ...gates, annotations: externalName(ruleName) },
  );
  resource(
    'alarm-target',
    cloudwatchevents.Target,
    {
      forProvider: {
        region,
        ruleRef: ref(rule),
        targetId: 'failover',
        arn: inRegion(region, (each) => functionArn({ ...scope, region: each }, functions.failover)),
        retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: oldestStartSeconds },
      },
    },
    gates,
  );
  resource(
    'alarm-permission',
    lambda.Permission,
    {
      forProvider: {
        region,
        statementId: 'alarms',
        action: 'lambda:InvokeFunction',
        functionName: functions.failover,
        principal: 'events.amazonaws.com',
        sourceArn: inRegion(region, (each) => eventRuleArn({ ...scope, region: each }, ruleName)),
      },
    },
    gates,
  );
}

/** `rate(1 minute)`, `rate(60 minutes)`: how EventBridge Scheduler writes an interval. */
function rateOf({ everySeconds }: FunctionSettings): string {
  const minutes = everySeconds / 60;
  return minutes === 1 ? 'rate(1 minute)' : `rate(${minutes} minutes)`;
}
