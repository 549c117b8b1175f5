import { topicArn } from './arns.ts';
import { applicationTtlSeconds, databaseRecordName, healthRecordName, siteRecordName } from './dns-names.ts';
import { type FailoverPlan, failoverPlanSchema, type Vantage } from './failover-plan.ts';
import { type MultiRegionApp, witnessFunctionRegion } from './multi-region-app.ts';
import { scopeOf, siteNames, stackName, witnessBucketName } from './names.ts';
import { apiVersion } from './object-meta.ts';
import type { Site } from './site.ts';
import { subnetCidrs } from './subnets.ts';

/**
 * The standing policy of an application that `checkMultiRegionApp` finds no error in. It has the application's name and
 * namespace, so `kubectl get fplan trading` finds it, and its labels, by which a controller may be told which are its.
 */
export function failoverPlanOf(app: MultiRegionApp): FailoverPlan {
  const { spec } = app;
  const { name, namespace, labels } = app.metadata;
  const { priority, ...policy } = spec.failover;
  const { interval, failureThreshold, minHealthyTargetsPercent } = spec.detection;
  return failoverPlanSchema.parse({
    apiVersion,
    kind: 'FailoverPlan',
    metadata: { name, namespace, ...(labels === undefined ? {} : { labels }) },
    spec: {
      sites: { primary: planSite(app, 'primary'), secondary: planSite(app, 'secondary') },
      witness: witnessOf(app),
      dns: dnsOf(app),
      objectives: spec.objectives,
      detection: { interval, failureThreshold, minHealthyTargetsPercent, vantages: vantagesOf(app) },
      policy,
      priority,
    },
  });
}

function planSite(app: MultiRegionApp, site: Site) {
  const { spec } = app;
  const { region, vpcCidr, zones } = spec[site];
  const scope = { ...scopeOf(app), region };
  const names = siteNames(scope);
  return {
    region,
    endpointUrl: endpointUrlOf(app, region),
    database: {
      kind: 'Instance',
      identifier: names.database,
      port: spec.database.port,
      name: spec.database.name,
    },
    autoScalingGroup: names.autoScalingGroup,
    capacity: { active: spec.instances.count, standby: spec.instances.standbyCount },
    targetGroup: names.targetGroup,
    switchBucket: names.switchBucket,
    journalTable: names.journalTable,
    topicArn: topicArn(scope, names.topic),
    fencing: {
      networkAcl: names.databaseNetworkAcl,
      applicationCidrs: subnetCidrs(vpcCidr, 'application', zones.length),
    },
    stackRef: { name: stackName(scope.app, site) },
  };
}

/** Without a domain nobody can know the load balancer's address at synth; the plan then finds it by its target group. */
function endpointUrlOf({ spec }: MultiRegionApp, region: string): string | undefined {
  if (spec.domain === 'none') {
    return undefined;
  }
  const scheme = spec.certificate === 'None' ? 'http' : 'https';
  return `${scheme}://${siteRecordName(spec.domain, region)}${spec.instances.healthCheckPath}`;
}

function witnessOf(app: MultiRegionApp) {
  const region = app.spec.witness;
  return region === 'none' ? undefined : { region, bucket: witnessBucketName({ ...scopeOf(app), region }) };
}

function dnsOf({ spec: { domain } }: MultiRegionApp) {
  return domain === 'none'
    ? undefined
    : {
        name: domain.name,
        databaseName: databaseRecordName(domain),
        healthName: healthRecordName(domain),
        ttlSeconds: applicationTtlSeconds(domain),
      };
}

/** The controller, a prober in each site, with a domain Route 53's checkers, and the witness where there is one. */
export function vantagesOf({ spec }: MultiRegionApp): Vantage[] {
  const witness = witnessFunctionRegion(spec);
  return [
    { name: 'controller', kind: 'Controller', domain: spec.operations.region ?? 'operations' },
    { name: 'prober-primary', kind: 'Prober', domain: spec.primary.region },
    { name: 'prober-secondary', kind: 'Prober', domain: spec.secondary.region },
    ...(spec.domain === 'none' ? [] : [{ name: 'dns', kind: 'Dns', domain: 'route53' } as const]),
    ...(witness === undefined ? [] : [{ name: 'witness', kind: 'Witness', domain: witness } as const]),
  ];
}
