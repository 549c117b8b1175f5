import {
  type AppDomain,
  applicationTtlSeconds,
  databaseRecordName,
  databaseRecordTtlSeconds,
  isApex,
  siteRecordName,
} from '../../src/api/dns-names.ts';
import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import { regionalStackSchema } from '../../src/api/regional-stack.ts';
import { route53 } from '../builder/aws-kinds.ts';
import { type CapabilityScope, capability } from '../builder/capability.ts';
import { required } from '../builder/policies.ts';
import { ref } from '../builder/references.ts';
import { inZone } from '../hosted-zone.ts';
import { inRegion } from '../in-region.ts';
import { endpointCheck, trafficCheck } from './health-checks.ts';
import type { StackCapability } from './stack.ts';

/** Of the record that names one site. It does not move, and is what that site's endpoint check asks for. */
const siteRecordTtlSeconds = 10;

/**
 * Records of one site: its half of the application's name and of the database's, and a name of its own. The halves exist
 * once their check has settled: a new check starts healthy, and would send clients to a database that cannot write.
 *
 * By design the primary's half is PRIMARY for ever, whoever is active: Route 53 refuses to swap the two.
 */
export function records(app: MultiRegionApp): StackCapability {
  const { domain } = app.spec;
  return capability(regionalStackSchema, (scope) => {
    const { xr, resource } = scope;
    if (domain === 'none') {
      return;
    }
    const { loadBalancer, databaseEndpoint, switch: pointer, term } = xr.spec.failover;
    const half = {
      ...inZone(app, xr),
      setIdentifier: xr.spec.region,
      healthCheckIdRef: ref(app.spec.traffic.follow === 'Marker' ? trafficCheck : endpointCheck),
      ...routing(app, scope),
    };
    const gates = { waitsFor: [term, pointer.ready] };
    resource('record', route53.Record, { forProvider: { ...half, ...application(domain, scope) } }, gates);
    resource(
      'database-record',
      route53.Record,
      {
        forProvider: {
          ...half,
          name: databaseRecordName(domain),
          type: 'CNAME',
          ttl: databaseRecordTtlSeconds,
          records: [required(databaseEndpoint)],
        },
      },
      gates,
    );
    resource('site-record', route53.Record, {
      forProvider: {
        ...inZone(app, xr),
        name: inRegion(xr.spec.region, (region) => siteRecordName(domain, region)),
        type: 'CNAME',
        ttl: siteRecordTtlSeconds,
        records: [required(loadBalancer.dnsName)],
      },
    });
  });
}

/** At the top of a zone there can be no CNAME. Its target's health is not evaluated: the check alone decides. */
function application(domain: AppDomain, { xr }: CapabilityScope<typeof regionalStackSchema>) {
  const { dnsName, zoneId } = xr.spec.failover.loadBalancer;
  return isApex(domain)
    ? {
        name: domain.name,
        type: 'A',
        alias: { name: required(dnsName), zoneId: required(zoneId), evaluateTargetHealth: false },
      }
    : { name: domain.name, type: 'CNAME', ttl: applicationTtlSeconds(domain), records: [required(dnsName)] };
}

/** Weights follow the checks' role, so that both halves change weights when the switch is re-pointed. */
function routing({ spec }: MultiRegionApp, { xr }: CapabilityScope<typeof regionalStackSchema>) {
  if (spec.routing === 'failover') {
    return { failoverRoutingPolicy: { type: xr.spec.site.map({ primary: 'PRIMARY', secondary: 'SECONDARY' }) } };
  }
  const weight =
    spec.traffic.follow === 'Marker'
      ? required(xr.spec.failover.switch.follows.role.map({ active: 100, standby: 0 }))
      : xr.spec.site.map({ primary: 100, secondary: 0 });
  return { weightedRoutingPolicy: { weight } };
}
