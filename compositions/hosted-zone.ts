import type { MultiRegionApp } from '../src/api/multi-region-app.ts';
import { globalServicesName } from '../src/api/names.ts';
import type { Derived } from './builder/derivation.ts';
import { required } from './builder/policies.ts';
import type { StackFields } from './regional-stack/stack.ts';

/** Name of the hosted zone among the resources of GlobalServices. */
export const zoneResource = 'zone';

/** Where a site's record goes: the zone that the file names, or the one that GlobalServices makes. */
export function inZone(
  { metadata, spec }: MultiRegionApp,
  xr: StackFields,
): { readonly zoneId: Derived<'xr', string> } | { readonly zoneIdRef: { readonly name: string } } {
  return spec.domain !== 'none' && spec.domain.existingZoneId !== undefined
    ? { zoneId: required(xr.spec.zoneId) }
    : { zoneIdRef: { name: `${globalServicesName(metadata.name)}-${zoneResource}` } };
}
