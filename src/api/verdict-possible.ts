import type { Site } from './site.ts';

/** What the rule needs of a plan or an application: where the sites are, and which failure domains have a vote. */
export interface Electorate {
  readonly regions: Readonly<Record<Site, string>>;
  readonly domains: readonly string[];
}

/**
 * Why the domains could not agree that the active site is down, with its region dark; undefined if they could. Down
 * needs a majority of the configured domains, at least two of them, one of them outside the standby's region. A dark
 * region takes one domain at most, so two that are left are always a majority, and never both the standby's.
 */
export function whyNoVerdict({ regions, domains }: Electorate, active: Site): string | undefined {
  const left = [...new Set(domains)].filter((domain) => domain !== regions[active]);
  if (left.length >= 2) {
    return undefined;
  }
  const remainder = left[0] === undefined ? 'no failure domain is left' : `only ${left[0]} is left`;
  return `with ${regions[active]} dark ${remainder} to see it, and Down needs two that agree`;
}
