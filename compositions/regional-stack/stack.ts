import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import { type SiteNames, scopeOf, siteNames } from '../../src/api/names.ts';
import type { regionalStackSchema } from '../../src/api/regional-stack.ts';
import type { Capability, CapabilityScope } from '../builder/capability.ts';
import { merged } from '../builder/policies.ts';
import type { Source } from '../builder/source.ts';

/** One concern of a RegionalStack. */
export type StackCapability = Capability<typeof regionalStackSchema>;

/** Fields of a RegionalStack. */
export type StackFields = CapabilityScope<typeof regionalStackSchema>['xr'];

/** Names of resources that are the same in both regions; the others are made by `inRegion`. */
export function commonNames(
  app: MultiRegionApp,
): Omit<SiteNames, 'roles' | 'switchBucket' | 'codeBucket' | 'dashboard'> {
  return siteNames({ ...scopeOf(app), region: app.spec.primary.region });
}

/** Tags of the site and a name of the resource's own. */
export function named(xr: StackFields, name: string): Source<'xr', { readonly [key: string]: string }> {
  return merged(xr.spec.tags, { Name: name });
}

/** Zones are counted, not lettered: the letters differ between regions. */
const zoneNumbers = [1, 2, 3, 4] as const;
export type ZoneNumber = (typeof zoneNumbers)[number];

/** The zones of a site: as many in both, or the file would have been refused. */
export function zonesOf({ spec }: MultiRegionApp): readonly ZoneNumber[] {
  return zoneNumbers.slice(0, spec.network.zones);
}
