import { applicationTtlSeconds, databaseRecordTtlSeconds } from '../../api/dns-names.ts';
import type { MultiRegionApp } from '../../api/multi-region-app.ts';
import { scopeOf, siteNames, witnessBucketName } from '../../api/names.ts';
import type { Site } from '../../api/site.ts';
import { openKey, switchSearchString, takeoverKey } from '../../api/switch-objects.ts';
import type { HealthCheck } from '../route53/health-check.ts';
import type { ZoneRecord } from '../route53/record.ts';
import { type SwitchSite, switchRecords } from '../route53/switch-records.ts';
import { databaseHost, loadBalancerHost } from './wiring.ts';

export interface FirstSwitch {
  /** Checks of the takeover markers, inverted ones included. */
  readonly markers: readonly HealthCheck[];
  /** The other checks, which need both sites to be up. */
  readonly others: readonly HealthCheck[];
  readonly records: readonly ZoneRecord[];
}

/** Health checks and records of the first activation term, as the compositions create them: the primary is active. */
export function firstSwitch(app: MultiRegionApp): FirstSwitch {
  const { domain, witness, routing, instances } = app.spec;
  if (domain === 'none') return { markers: [], others: [], records: [] };
  const scope = scopeOf(app);
  const term = 1;
  const site = (name: Site): SwitchSite => {
    const { region } = app.spec[name];
    return {
      region,
      bucket: siteNames({ ...scope, region }).switchBucket,
      loadBalancer: loadBalancerHost(app, name),
      databaseEndpoint: databaseHost(app, name),
    };
  };
  const { healthChecks, records } = switchRecords({
    domain: domain.name,
    primary: site('primary'),
    secondary: site('secondary'),
    active: 'primary',
    witness: witness === 'none' ? null : { region: witness, bucket: witnessBucketName({ ...scope, region: witness }) },
    term,
    open: { key: openKey(term), content: switchSearchString(scope.app, term) },
    takeover: { key: takeoverKey(term + 1), content: switchSearchString(scope.app, term + 1) },
    routing: routing === 'weighted' ? 'Weighted' : 'Failover',
    healthPath: instances.healthCheckPath,
    applicationTtlSeconds: applicationTtlSeconds(domain),
    databaseTtlSeconds: databaseRecordTtlSeconds,
  });
  const looksForMarker = (check: HealthCheck): boolean =>
    check.kind === 'Endpoint' && check.path.startsWith('/takeover/');
  return {
    markers: healthChecks.filter(looksForMarker),
    others: healthChecks.filter((check) => !looksForMarker(check)),
    records,
  };
}
