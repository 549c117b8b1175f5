import { databaseRecordTtlSeconds, healthRecordName, healthText } from '../../src/api/dns-names.ts';
import { globalServicesSchema } from '../../src/api/global-services.ts';
import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import { globalServicesName, stackName } from '../../src/api/names.ts';
import { route53 } from '../builder/aws-kinds.ts';
import { capability } from '../builder/capability.ts';
import { required } from '../builder/policies.ts';
import { zoneResource } from '../hosted-zone.ts';
import { endpointCheck } from '../regional-stack/health-checks.ts';
import type { SharedCapability } from './shared.ts';

/**
 * `_health.<domain>`: Route 53's checkers all over the world as a vote, by plain DNS. It answers `up` and the region
 * while the endpoint check of the active site is healthy, else `down` and the region, so that nobody takes it for another
 * site's. Which site that is, the controller says in `spec.failover.watched`, and changes with the switch.
 *
 * It belongs to neither site: both answers speak of one of them, and the pair is never swapped.
 */
export function dnsVantage(app: MultiRegionApp): SharedCapability {
  const { domain, primary, secondary } = app.spec;
  const { name } = app.metadata;
  return capability(globalServicesSchema, ({ xr, resource }) => {
    if (domain === 'none') {
      return;
    }
    const { watched } = xr.spec.failover;
    const answer = (word: 'up' | 'down') => ({
      ...(domain.existingZoneId === undefined
        ? { zoneIdRef: { name: `${globalServicesName(name)}-${zoneResource}` } }
        : { zoneId: domain.existingZoneId }),
      name: healthRecordName(domain),
      type: 'TXT',
      ttl: databaseRecordTtlSeconds,
      setIdentifier: word,
      records: [
        required(
          watched.map({ primary: healthText(word, primary.region), secondary: healthText(word, secondary.region) }),
        ),
      ],
    });
    const checkOf = (site: 'primary' | 'secondary') => `${stackName(name, site)}-${endpointCheck}`;
    resource('health-up', route53.Record, {
      forProvider: {
        ...answer('up'),
        failoverRoutingPolicy: { type: 'PRIMARY' },
        healthCheckIdRef: {
          name: required(watched.map({ primary: checkOf('primary'), secondary: checkOf('secondary') })),
          policy: { resolve: 'Always' },
        },
      },
    });
    resource('health-down', route53.Record, {
      forProvider: { ...answer('down'), failoverRoutingPolicy: { type: 'SECONDARY' } },
    });
  });
}
