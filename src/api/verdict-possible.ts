import type { Site } from './site.ts';

/** What the rule needs of a plan or an application: where the sites are, and which failure domains have a vote. */
export interface Electorate {
  readonly regions: Readonly<Record<Site, string>>;
  readonly domains: readonly string[];
}

/**
 * Why the domains could not agree that the active site is down, with its region dark; undefined if they could. Down
 * needs a majority of the configured domains, and at least two. Two distinct domains that are not the active's include
 * one outside the standby, so that part of the rule needs no test of its own.
 */
export function whyNoVerdict({ regions, domains }: Electorate, active: Site): string | undefined {
  const all = new Set(domains);
  const left = [...all].filter((domain) => domain !== regions[active]);
  const names =
    left.length === 0
      ? 'no failure domain is left'
      : `only ${left.join(', ')} ${left.length === 1 ? 'is' : 'are'} left`;
  if (left.length < 2) {
    return `with ${regions[active]} dark ${names} to see it, and Down needs two that agree`;
  }
  if (left.length * 2 <= all.size) {
    return `with ${regions[active]} dark ${names}, and Down needs a majority of all ${all.size} failure domains`;
  }
  return undefined;
}
