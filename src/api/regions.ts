/**
 * Regions of AWS's commercial partition: the letters of their availability zones and where a witness for them may be.
 * Sources: "AWS Regions" in the AWS General Reference; "Regions and Zones" in the Amazon EC2 User Guide. In us-west-1 and
 * ap-northeast-1 an account sees some of the letters only, which is why a file can name its own.
 */
export interface RegionFacts {
  readonly zones: readonly string[];
  readonly area: Area;
}

type Area = 'us' | 'ca' | 'sa' | 'eu' | 'me' | 'af' | 'ap';

const abc = ['a', 'b', 'c'] as const;

const regions: Readonly<Record<string, RegionFacts>> = {
  'af-south-1': { zones: abc, area: 'af' },
  'ap-east-1': { zones: abc, area: 'ap' },
  'ap-east-2': { zones: abc, area: 'ap' },
  'ap-northeast-1': { zones: ['a', 'c', 'd'], area: 'ap' },
  'ap-northeast-2': { zones: ['a', 'b', 'c', 'd'], area: 'ap' },
  'ap-northeast-3': { zones: abc, area: 'ap' },
  'ap-south-1': { zones: abc, area: 'ap' },
  'ap-south-2': { zones: abc, area: 'ap' },
  'ap-southeast-1': { zones: abc, area: 'ap' },
  'ap-southeast-2': { zones: abc, area: 'ap' },
  'ap-southeast-3': { zones: abc, area: 'ap' },
  'ap-southeast-4': { zones: abc, area: 'ap' },
  'ap-southeast-5': { zones: abc, area: 'ap' },
  'ap-southeast-7': { zones: abc, area: 'ap' },
  'ca-central-1': { zones: ['a', 'b', 'd'], area: 'ca' },
  'ca-west-1': { zones: abc, area: 'ca' },
  'eu-central-1': { zones: abc, area: 'eu' },
  'eu-central-2': { zones: abc, area: 'eu' },
  'eu-north-1': { zones: abc, area: 'eu' },
  'eu-south-1': { zones: abc, area: 'eu' },
  'eu-south-2': { zones: abc, area: 'eu' },
  'eu-west-1': { zones: abc, area: 'eu' },
  'eu-west-2': { zones: abc, area: 'eu' },
  'eu-west-3': { zones: abc, area: 'eu' },
  'il-central-1': { zones: abc, area: 'me' },
  'me-central-1': { zones: abc, area: 'me' },
  'me-south-1': { zones: abc, area: 'me' },
  'mx-central-1': { zones: abc, area: 'us' },
  'sa-east-1': { zones: abc, area: 'sa' },
  'us-east-1': { zones: ['a', 'b', 'c', 'd', 'e', 'f'], area: 'us' },
  'us-east-2': { zones: abc, area: 'us' },
  'us-west-1': { zones: ['a', 'c'], area: 'us' },
  'us-west-2': { zones: ['a', 'b', 'c', 'd'], area: 'us' },
};

/**
 * Where a witness may be, best first. None needs opting in to, none is us-east-1 (a control-plane outage there must not
 * matter), and each list has three entries, so that one is left whatever the sites are.
 */
const witnessCandidates: Readonly<Record<Area, readonly [string, string, string]>> = {
  us: ['us-east-2', 'us-west-2', 'us-west-1'],
  ca: ['ca-central-1', 'us-east-2', 'us-west-2'],
  sa: ['us-east-2', 'sa-east-1', 'us-west-2'],
  eu: ['eu-west-1', 'eu-central-1', 'eu-north-1'],
  me: ['eu-central-1', 'eu-north-1', 'eu-west-1'],
  af: ['eu-west-1', 'eu-central-1', 'eu-north-1'],
  ap: ['ap-southeast-1', 'ap-northeast-1', 'ap-southeast-2'],
};

/**
 * Regions younger than the newest list of RDS's certificate authorities that there is as a package: whoever connects to a
 * database there has to be given them.
 */
const withoutKnownAuthority: ReadonlySet<string> = new Set([
  'ap-east-2',
  'ap-southeast-5',
  'ap-southeast-7',
  'ca-west-1',
  'il-central-1',
  'mx-central-1',
]);

/** Whether the controller's image has the certificate authority of a region's databases. */
export function hasKnownAuthority(region: string): boolean {
  return !withoutKnownAuthority.has(region);
}

export const regionNames: readonly string[] = Object.keys(regions);

/** Facts of a region, or undefined for a name that is not in the table. */
export function regionFacts(region: string): RegionFacts | undefined {
  return Object.hasOwn(regions, region) ? regions[region] : undefined;
}

/** Letters of the first `count` zones of a region: a, b, … where the region is not in the table. */
export function zonesOf(region: string, count: number): string[] {
  return [...(regionFacts(region)?.zones ?? ['a', 'b', 'c', 'd'])].slice(0, count);
}

/** A region for the witness that is neither of the sites, near the secondary. */
export function witnessRegionFor(primaryRegion: string, secondaryRegion: string): string {
  const area = regionFacts(secondaryRegion)?.area ?? regionFacts(primaryRegion)?.area ?? 'us';
  const candidate = witnessCandidates[area].find((region) => region !== primaryRegion && region !== secondaryRegion);
  if (candidate === undefined) {
    throw new Error(`no witness region for ${primaryRegion} and ${secondaryRegion}`);
  }
  return candidate;
}
