import type { MultiRegionApp } from '../../api/multi-region-app.ts';

/** Where the controller's cluster is, unless the file names its region: in neither site. */
export const operationsLocation = 'operations';
/** Where the application's users are, and Route 53's checkers. */
export const internetLocation = 'internet';

/** The regions that an application's world has: both sites, and the witness's. */
export function regionsOf(app: MultiRegionApp): string[] {
  const { primary, secondary, witness } = app.spec;
  return [...new Set([primary.region, secondary.region, ...(witness === 'none' ? [] : [witness])])];
}
