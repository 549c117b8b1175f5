import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import { scopeOf, stackName } from '../../src/api/names.ts';
import { apiVersion } from '../../src/api/object-meta.ts';
import type { RegionalStackInput } from '../../src/api/regional-stack.ts';
import { otherSite, type Site } from '../../src/api/site.ts';
import { subnetCidrs } from '../../src/api/subnets.ts';
import { siteTags } from '../tags.ts';

/** Keys of the functions' bundles in the code bucket. */
export type BundleKeys = NonNullable<RegionalStackInput['spec']['code']>;

/**
 * The RegionalStack of a site, as it is applied: without `spec.failover`, which is the controller's.
 *
 * @param code where the functions' bundles are. Without it the site has no functions.
 */
export function stackObject(app: MultiRegionApp, site: Site, code?: BundleKeys): RegionalStackInput {
  const { metadata, spec } = app;
  const { region, vpcCidr, zones } = spec[site];
  const { certificate, domain, witness } = spec;
  return {
    apiVersion,
    kind: 'RegionalStack',
    metadata: { name: stackName(metadata.name, site), namespace: metadata.namespace },
    spec: {
      ...scopeOf(app),
      site,
      region,
      peerRegion: spec[otherSite(site)].region,
      vpcCidr,
      zones: zones.map((letter) => `${region}${letter}`),
      publicCidrs: subnetCidrs(vpcCidr, 'public', zones.length),
      applicationCidrs: subnetCidrs(vpcCidr, 'application', zones.length),
      dataCidrs: subnetCidrs(vpcCidr, 'data', zones.length),
      ...(witness === 'none' ? {} : { witnessRegion: witness }),
      ...(domain === 'none' || domain.existingZoneId === undefined ? {} : { zoneId: domain.existingZoneId }),
      ...(typeof certificate === 'object' ? { certificateArn: certificate[site] } : {}),
      ...(code === undefined ? {} : { code }),
      tags: siteTags(app, site),
    },
  };
}
