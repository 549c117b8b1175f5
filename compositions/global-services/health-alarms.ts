import { topicArn } from '../../src/api/arns.ts';
import { globalServicesSchema } from '../../src/api/global-services.ts';
import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import { regionalName, scopeOf, siteNames } from '../../src/api/names.ts';
import { sites } from '../../src/api/site.ts';
import { cloudwatch } from '../builder/aws-kinds.ts';
import { capability } from '../builder/capability.ts';
import { required } from '../builder/policies.ts';
import { externalName } from '../external-name.ts';
import { named, type SharedCapability } from './shared.ts';

/** The only region that has the metrics of health checks. Source: "Monitoring health checks using CloudWatch". */
export const healthMetricsRegion = 'us-east-1';

/**
 * An alarm on each site's endpoint check. They are told and never waited for: no failover depends on them, or on the
 * region in which they have to be.
 */
export function healthAlarms(app: MultiRegionApp): SharedCapability {
  const { domain } = app.spec;
  const scope = scopeOf(app);
  const { topic: topicName } = siteNames({ ...scope, region: healthMetricsRegion });
  return capability(globalServicesSchema, ({ xr, resource }) => {
    if (domain === 'none') {
      return;
    }
    const actions = [topicArn({ ...scope, region: healthMetricsRegion }, topicName)];
    for (const site of sites) {
      const name = regionalName(scope, `${site}-endpoint`);
      resource(
        `endpoint-alarm-${site}`,
        cloudwatch.MetricAlarm,
        {
          forProvider: {
            region: healthMetricsRegion,
            alarmDescription: `Route 53's checkers do not reach ${app.metadata.name} in ${app.spec[site].region}. kubectl get fplan ${app.metadata.name} says what is done about it.`,
            namespace: 'AWS/Route53',
            metricName: 'HealthCheckStatus',
            dimensions: { HealthCheckId: required(xr.spec.failover.endpointChecks[site]) },
            statistic: 'Minimum',
            comparisonOperator: 'LessThanThreshold',
            threshold: 1,
            period: 60,
            evaluationPeriods: 1,
            treatMissingData: 'missing',
            alarmActions: actions,
            okActions: actions,
            tags: named(xr, name),
          },
        },
        { annotations: externalName(name) },
      );
    }
  });
}
