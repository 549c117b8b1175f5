import type { GlobalServicesInput } from '../../src/api/global-services.ts';
import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import { globalServicesName, scopeOf } from '../../src/api/names.ts';
import { apiVersion } from '../../src/api/object-meta.ts';
import { sharedTags } from '../tags.ts';

/** The GlobalServices of an application, as it is applied: without `spec.failover`, which is the controller's. */
export function servicesObject(app: MultiRegionApp): GlobalServicesInput {
  const { metadata, spec } = app;
  const { domain, witness } = spec;
  return {
    apiVersion,
    kind: 'GlobalServices',
    metadata: { name: globalServicesName(metadata.name), namespace: metadata.namespace },
    spec: {
      ...scopeOf(app),
      primaryRegion: spec.primary.region,
      secondaryRegion: spec.secondary.region,
      ...(witness === 'none' ? {} : { witnessRegion: witness }),
      ...(domain === 'none' || domain.existingZoneId !== undefined ? {} : { zoneName: domain.zoneName }),
      tags: sharedTags(app),
    },
  };
}
