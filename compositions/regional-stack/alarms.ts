import { topicArn } from '../../src/api/arns.ts';
import { durationMs } from '../../src/api/duration.ts';
import { functionSettings } from '../../src/api/function-settings.ts';
import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import {
  type DatabaseSlot,
  databaseSlots,
  metricNamespace,
  regionalName,
  scopeOf,
  siteFunctionNames,
} from '../../src/api/names.ts';
import { regionalStackSchema } from '../../src/api/regional-stack.ts';
import { type Alarm, metricAlarm } from '../alarm.ts';
import { type CapabilityScope, capability } from '../builder/capability.ts';
import { format, small } from '../builder/format.ts';
import { required } from '../builder/policies.ts';
import { deadLetterAlarm, functionAlarms } from '../functions/function-alarms.ts';
import { inRegion } from '../in-region.ts';
import { topic } from '../topic.ts';
import { alarmName, alarmSubjects } from './alarm-names.ts';
import { commonNames, named, type StackCapability } from './stack.ts';

type Scope = CapabilityScope<typeof regionalStackSchema>;

const minute = 60;
const highCpuPercent = 80;
const lowStorageShare = 0.1;
const serverErrorsPerMinute = 10;
const bytesPerGiB = 1024 ** 3;

/** The topic of the site, who is mailed by it, and every alarm that tells it. */
export function alarms(app: MultiRegionApp): StackCapability {
  const names = commonNames(app);
  return capability(regionalStackSchema, (stack) => {
    const { xr } = stack;
    const made = topic(stack, 'alerts', {
      region: xr.spec.region,
      name: names.topic,
      emails: app.spec.notifications.emails,
      tags: named(xr, names.topic),
    });
    xr.status.topicArn.from(made.status.atProvider.arn);
    const told = inRegion(xr.spec.region, (region) => topicArn({ ...scopeOf(app), region }, names.topic));
    for (const alarm of [
      ...databaseSlots.flatMap((slot) => ofDatabase(app, slot, stack)),
      ...ofInstances(app, stack),
      ...siteFunctionNames.flatMap((name) => functionAlarms(name, names.functions[name], xr.spec.code[name])),
      ...ofReadiness(app),
      deadLetterAlarm(names.deadLetterQueue),
    ]) {
      const name = alarmName(app, alarm.subject);
      metricAlarm(stack, alarm, { region: xr.spec.region, name, topicArn: told, tags: named(xr, name) });
    }
  });
}

/**
 * Of the instance in a slot. A writer has no replica lag, and its alarm stays quiet.
 *
 * Source: "Amazon CloudWatch metrics for Amazon RDS", Amazon RDS User Guide.
 */
function ofDatabase(app: MultiRegionApp, slot: DatabaseSlot, { xr }: Scope): Alarm[] {
  const { database, objectives } = app.spec;
  const base = `${regionalName(scopeOf(app), 'db')}-${slot}`;
  const generation = small(xr.spec.failover.databases[slot].generation);
  const dimensions = { DBInstanceIdentifier: required(format`${base}${generation}`) };
  const common = { namespace: 'AWS/RDS', dimensions };
  return [
    {
      ...common,
      subject: alarmSubjects.replicaLag(slot),
      description: `The replica is further behind than the recovery point objective of ${objectives.rpo}. A failover now would lose more, or wait for consent.`,
      metric: 'ReplicaLag',
      statistic: 'Maximum',
      when: 'GreaterThanOrEqualToThreshold',
      threshold: durationMs(objectives.rpo) / 1000,
      periodSeconds: minute,
      periods: 2,
    },
    {
      ...common,
      subject: alarmSubjects.databaseCpu(slot),
      description: `The database has used ${highCpuPercent} % of its CPU for 10 minutes.`,
      metric: 'CPUUtilization',
      statistic: 'Average',
      when: 'GreaterThanOrEqualToThreshold',
      threshold: highCpuPercent,
      periodSeconds: 5 * minute,
      periods: 2,
    },
    {
      ...common,
      subject: alarmSubjects.databaseStorage(slot),
      description: `Less than ${lowStorageShare * 100} % of the storage of the database is free. A full database stops.`,
      metric: 'FreeStorageSpace',
      statistic: 'Minimum',
      when: 'LessThanThreshold',
      threshold: Math.floor(database.storageGiB * bytesPerGiB * lowStorageShare),
      periodSeconds: 5 * minute,
      periods: 1,
    },
  ];
}

/** Source: "CloudWatch metrics for your Application Load Balancer"; "Amazon EC2 Auto Scaling CloudWatch metrics". */
function ofInstances(app: MultiRegionApp, { xr }: Scope): Alarm[] {
  const { metricName, targetGroupMetricName } = xr.spec.failover.loadBalancer;
  const balancer = { LoadBalancer: required(metricName) };
  return [
    {
      subject: alarmSubjects.unhealthyTargets,
      description: 'Instances of the application do not answer their health check.',
      namespace: 'AWS/ApplicationELB',
      metric: 'UnHealthyHostCount',
      dimensions: { ...balancer, TargetGroup: required(targetGroupMetricName) },
      statistic: 'Maximum',
      when: 'GreaterThanThreshold',
      threshold: 0,
      periodSeconds: minute,
      periods: 2,
    },
    {
      subject: alarmSubjects.serverErrors,
      description: `The application has answered ${serverErrorsPerMinute} requests a minute with a 5xx for 3 minutes.`,
      namespace: 'AWS/ApplicationELB',
      metric: 'HTTPCode_Target_5XX_Count',
      dimensions: balancer,
      statistic: 'Sum',
      when: 'GreaterThanOrEqualToThreshold',
      threshold: serverErrorsPerMinute,
      periodSeconds: minute,
      periods: 3,
    },
    {
      subject: alarmSubjects.instanceCpu,
      description: `The instances have used ${highCpuPercent} % of their CPU for 10 minutes.`,
      namespace: 'AWS/EC2',
      metric: 'CPUUtilization',
      dimensions: { AutoScalingGroupName: commonNames(app).autoScalingGroup },
      statistic: 'Average',
      when: 'GreaterThanOrEqualToThreshold',
      threshold: highCpuPercent,
      periodSeconds: 5 * minute,
      periods: 2,
    },
  ];
}

/** What the validator found. It publishes once an hour; an hour into which none of its runs fell changes nothing. */
function ofReadiness(app: MultiRegionApp): Alarm[] {
  const { app: App, environment: Environment } = scopeOf(app);
  const common = {
    namespace: metricNamespace,
    dimensions: { App, Environment },
    statistic: 'Minimum',
    when: 'LessThanThreshold',
    threshold: 1,
    periodSeconds: functionSettings.validator.everySeconds,
    periods: 1,
    missing: 'ignore',
  } as const;
  return [
    {
      ...common,
      subject: alarmSubjects.failoverReady,
      description: 'A failover now would not succeed. The log of the validator says why.',
      metric: 'FailoverReady',
    },
    {
      ...common,
      subject: alarmSubjects.siteHealth,
      description: 'A site is not healthy: the active does not answer, or the standby could not be promoted.',
      metric: 'PrimaryHealthy',
      combined: { how: 'least', with: 'SecondaryHealthy' },
    },
  ];
}
