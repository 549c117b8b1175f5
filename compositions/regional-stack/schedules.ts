import { eventRuleArn, functionArn, queueArn } from '../../src/api/arns.ts';
import { functionSettings } from '../../src/api/function-settings.ts';
import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import {
  regionalName,
  type SiteFunctionName,
  type SiteScope,
  scopeOf,
  siteFunctionNames,
  siteNames,
} from '../../src/api/names.ts';
import { regionalStackSchema } from '../../src/api/regional-stack.ts';
import { cloudwatchevents, lambda } from '../builder/aws-kinds.ts';
import { type CapabilityScope, capability } from '../builder/capability.ts';
import { ref } from '../builder/references.ts';
import { externalName } from '../external-name.ts';
import { oldestStartSeconds, schedule, scheduleRole, startPermissions } from '../functions/schedule.ts';
import { inRegion } from '../in-region.ts';
import { alarmsThatWake } from './alarm-names.ts';
import { commonNames, named, type StackCapability } from './stack.ts';

/** What starts the functions: a schedule each, and for the failover function also the alarms of its region. */
export function schedules(app: MultiRegionApp): StackCapability {
  return capability(regionalStackSchema, (stack) => {
    const scope = scopeOf(app);
    const { region, tags } = stack.xr.spec;
    scheduleRole(stack, scope, {
      roleName: inRegion(region, (each) => siteNames({ ...scope, region: each }).roles.schedule),
      policy: inRegion(region, (each) => permissions({ ...scope, region: each })),
      tags,
    });
    for (const name of siteFunctionNames) {
      startOf(app, name, stack);
    }
    wakeByAlarm(app, stack);
  });
}

type Scope = CapabilityScope<typeof regionalStackSchema>;

function permissions(site: SiteScope): string {
  const { functions, deadLetterQueue } = siteNames(site);
  const own = siteFunctionNames.map((name) => functions[name]);
  return startPermissions(site, own, deadLetterQueue);
}

function startOf(app: MultiRegionApp, name: SiteFunctionName, stack: Scope): void {
  const scope = scopeOf(app);
  const { region, code } = stack.xr.spec;
  const { functions, deadLetterQueue } = commonNames(app);
  schedule(stack, name, {
    region,
    functionName: functions[name],
    functionArn: inRegion(region, (each) => functionArn({ ...scope, region: each }, functions[name])),
    settings: functionSettings[name],
    codeKey: code[name],
    deadLetterQueue: inRegion(region, (each) => queueArn({ ...scope, region: each }, deadLetterQueue)),
  });
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
