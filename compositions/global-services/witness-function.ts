import { functionArn, queueArn, topicArn } from '../../src/api/arns.ts';
import { failoverPlanOf } from '../../src/api/failover-plan-of.ts';
import { functionSettings } from '../../src/api/function-settings.ts';
import { globalServicesSchema } from '../../src/api/global-services.ts';
import { type MultiRegionApp, witnessFunctionRegion } from '../../src/api/multi-region-app.ts';
import { regionalName, scopeOf, witnessNames } from '../../src/api/names.ts';
import { metricAlarm } from '../alarm.ts';
import { bucket } from '../bucket.ts';
import { capability } from '../builder/capability.ts';
import { deadLetterQueue } from '../functions/dead-letter-queue.ts';
import { deadLetterAlarm, functionAlarms } from '../functions/function-alarms.ts';
import { lambdaFunction } from '../functions/lambda-function.ts';
import { schedule, scheduleRole, startPermissions } from '../functions/schedule.ts';
import { parameter } from '../parameter.ts';
import { witnessPermissions } from '../permissions/function-permissions.ts';
import { policyDocument } from '../policy-document.ts';
import { named, type SharedCapability } from './shared.ts';

/**
 * The witness's function: it looks at both sites from a region that is neither of them, and does nothing else. All that
 * it needs to run is in that region, the plan included, so that a site that goes dark takes nothing of it along.
 */
export function witnessFunction(app: MultiRegionApp): SharedCapability {
  const region = witnessFunctionRegion(app.spec);
  return capability(globalServicesSchema, (shared) => {
    if (region === undefined) {
      return;
    }
    const { xr } = shared;
    const scope = { ...scopeOf(app), region };
    const names = witnessNames(scope);
    const { function: functionName } = names;
    const settings = functionSettings.witness;
    const codeKey = xr.spec.code.witness;
    const queue = queueArn(scope, names.deadLetterQueue);
    bucket(shared, 'code-bucket', {
      region,
      name: names.codeBucket,
      tags: named(xr, regionalName(scope, 'code')),
      deletion: app.spec.deletion,
    });
    const plan = `${names.parameterPrefix}/plan`;
    parameter(shared, 'parameter-plan', {
      region,
      name: plan,
      description: 'The standing failover policy',
      value: JSON.stringify(failoverPlanOf(app)),
      tags: named(xr, plan),
    });
    deadLetterQueue(shared, { region, name: names.deadLetterQueue, tags: named(xr, names.deadLetterQueue) });
    const made = lambdaFunction(shared, 'witness', {
      region,
      functionName,
      settings,
      roleName: names.roles.witness,
      policy: policyDocument(witnessPermissions(app)),
      codeBucket: names.codeBucket,
      codeKey,
      environment: { UNDERSTUDY_PARAMETERS: names.parameterPrefix },
      deadLetterQueue: queue,
      tags: named(xr, functionName),
      roleTags: xr.spec.tags,
    });
    xr.status.witnessFunction.from(made.status.atProvider.arn);
    scheduleRole(shared, scope, {
      roleName: names.roles.schedule,
      policy: startPermissions(scope, [functionName], names.deadLetterQueue),
      tags: xr.spec.tags,
    });
    schedule(shared, 'witness', {
      region,
      functionName,
      functionArn: functionArn(scope, functionName),
      settings,
      codeKey,
      deadLetterQueue: queue,
    });
    for (const alarm of [...functionAlarms('witness', functionName, codeKey), deadLetterAlarm(names.deadLetterQueue)]) {
      const name = regionalName(scope, alarm.subject);
      metricAlarm(shared, alarm, { region, name, topicArn: topicArn(scope, names.topic), tags: named(xr, name) });
    }
  });
}
