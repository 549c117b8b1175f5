import type { Derived } from './builder/derivation.ts';
import { format } from './builder/format.ts';
import type { Plain } from './builder/source.ts';

/** In no name, ARN or policy. */
const standIn = '<region>';
const peerStandIn = '<peer-region>';

/**
 * Text that names a region which is known only in the cluster. Names, ARNs and policies are written by the same
 * functions everywhere; here they get a stand-in for the region, which the field then replaces.
 *
 * @throws Error where the text does not name the region: it is the same in both sites, so it needs no patch.
 * @example
 * inRegion(xr.spec.region, (region) => siteNames({ ...scope, region }).switchBucket)
 */
export function inRegion(region: Plain<'xr', string>, write: (region: string) => string): Derived<'xr', string> {
  const parts = write(standIn).split(standIn);
  if (parts.length === 1) {
    throw new Error(`${parts[0]} does not name the region: write it as it is`);
  }
  return format(Object.assign([...parts], { raw: parts }), ...parts.slice(1).map(() => region));
}

/** As {@link inRegion}, for text that names the region of a site and that of the other one. */
export function inRegions(
  region: Plain<'xr', string>,
  peerRegion: Plain<'xr', string>,
  write: (region: string, peerRegion: string) => string,
): Derived<'xr', string> {
  const text = write(standIn, peerStandIn);
  const parts = text.split(/<region>|<peer-region>/);
  const fields = (text.match(/<region>|<peer-region>/g) ?? []).map((each) => (each === standIn ? region : peerRegion));
  if (fields.length === 0) {
    throw new Error(`${text} names neither region: write it as it is`);
  }
  return format(Object.assign([...parts], { raw: parts }), ...fields);
}
