import type { GlobalServicesInput } from '../../src/api/global-services.ts';
import { type MultiRegionApp, witnessFunctionRegion } from '../../src/api/multi-region-app.ts';
import { globalServicesName, scopeOf } from '../../src/api/names.ts';
import { apiVersion } from '../../src/api/object-meta.ts';
import { sharedTags } from '../tags.ts';

/**
 * The GlobalServices of an application, as it is applied: without `spec.failover`, which is the controller's.
 *
 * @param witnessCode key of the witness's bundle. Without it there is no function, and none where the file has none.
 */
export function servicesObject(app: MultiRegionApp, witnessCode?: string): GlobalServicesInput {
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
      ...(witnessCode === undefined || witnessFunctionRegion(spec) === undefined
        ? {}
        : { code: { witness: witnessCode } }),
      tags: sharedTags(app),
    },
  };
}
