import type { globalServicesSchema } from '../../src/api/global-services.ts';
import type { Capability, CapabilityScope } from '../builder/capability.ts';
import { merged } from '../builder/policies.ts';
import type { Source } from '../builder/source.ts';

/** One concern of GlobalServices. */
export type SharedCapability = Capability<typeof globalServicesSchema>;

/** What a capability of GlobalServices works with. */
export type SharedScope = CapabilityScope<typeof globalServicesSchema>;

/** Tags of what the sites share and a name of the resource's own. */
export function named(xr: SharedScope['xr'], name: string): Source<'xr', { readonly [key: string]: string }> {
  return merged(xr.spec.tags, { Name: name });
}
