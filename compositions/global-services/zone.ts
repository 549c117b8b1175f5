import { globalServicesSchema } from '../../src/api/global-services.ts';
import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import { regionalName, scopeOf } from '../../src/api/names.ts';
import { route53 } from '../builder/aws-kinds.ts';
import { capability } from '../builder/capability.ts';
import { required } from '../builder/policies.ts';
import { zoneResource } from '../hosted-zone.ts';
import { named, type SharedCapability } from './shared.ts';

/**
 * The hosted zone, where the file names no existing one. Its name servers are in the status: nothing resolves before the
 * parent zone delegates to them.
 */
export function zone(app: MultiRegionApp): SharedCapability {
  const { deletion, domain } = app.spec;
  return capability(globalServicesSchema, ({ xr, resource }) => {
    if (domain === 'none' || domain.existingZoneId !== undefined) {
      return;
    }
    const made = resource(zoneResource, route53.Zone, {
      forProvider: {
        name: required(xr.spec.zoneName),
        comment: `Names of ${app.metadata.name} (${app.spec.environment})`,
        forceDestroy: deletion === 'Destroyable',
        tags: named(xr, regionalName(scopeOf(app), 'zone')),
      },
    });
    xr.status.zoneId.from(made.status.atProvider.zoneId);
    xr.status.nameServers.from(made.status.atProvider.nameServers);
  });
}
