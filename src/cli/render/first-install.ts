import { databaseArn } from '../../api/arns.ts';
import type { SharedFailover } from '../../api/global-services.ts';
import type { MultiRegionApp } from '../../api/multi-region-app.ts';
import { firstDatabase, scopeOf, siteNames } from '../../api/names.ts';
import type { StackFailover } from '../../api/regional-stack.ts';
import type { Site } from '../../api/site.ts';

/**
 * What the controller writes to `spec.failover` of a site by the end of a first install: the primary is active, the
 * secondary replicates it. What only AWS knows, such as the address of a load balancer, stands in angle brackets.
 */
export function firstStackFailover(app: MultiRegionApp, site: Site): StackFailover {
  const { primary, certificate, instances } = app.spec;
  const isActive = site === 'primary';
  const scope = { ...scopeOf(app), region: app.spec[site].region };
  const writer = databaseArn(
    { ...scope, region: primary.region },
    siteNames({ ...scope, region: primary.region }).database,
  );
  const count = isActive ? instances.count : instances.standbyCount;
  return {
    term: 1,
    role: isActive ? 'active' : 'standby',
    databases: { [firstDatabase.slot]: { generation: firstDatabase.generation, source: isActive ? '' : writer } },
    capacity: { min: count, desired: count },
    switch: {
      a: isActive ? { active: { term: 1, takeoverTerm: 2 } } : { standby: { takeoverTerm: 2 } },
      follows: { slot: 'a', role: isActive ? 'active' : 'standby' },
      ready: true,
    },
    loadBalancer: {
      dnsName: known(`address of ${siteNames(scope).loadBalancer}`),
      zoneId: known('zone of load balancers'),
      metricName: known('end of its ARN'),
      targetGroupMetricName: known("end of its target group's ARN"),
    },
    databaseEndpoint: known(`address of ${siteNames(scope).database}`),
    ...(certificate === 'Managed'
      ? {
          certificate: {
            arn: known('ARN of the certificate'),
            validationName: known('name that ACM looks up'),
            validationValue: known('value that ACM looks for'),
          },
        }
      : {}),
  };
}

/** As {@link firstStackFailover}, of what the sites share. */
export function firstSharedFailover(): SharedFailover {
  const check = (site: Site) => known(`id of the ${site}'s health check`);
  return { watched: 'primary', endpointChecks: { primary: check('primary'), secondary: check('secondary') } };
}

/** Stands for what AWS chooses. */
export function known(toAws: string): string {
  return `<${toAws}>`;
}
