import { containsCidr, normalizeCidr, overlapCidr, parseCidr } from 'cidr-tools';
import type { MultiRegionAppSpec } from '../multi-region-app.ts';
import type { FieldProblem } from '../problems.ts';
import { type Site, sites } from '../site.ts';
import { largestVpcPrefix, smallestVpcPrefix, subnetTiers, usableAddressesPerSubnet } from '../subnets.ts';

/** RFC 1918, and RFC 6598's shared space, which AWS takes for VPCs as well ("VPC CIDR blocks", Amazon VPC User Guide). */
const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'];

/** Ranges of both VPCs: private, aligned, of a size that holds the subnets and their instances, and disjoint. */
export function checkNetwork(spec: MultiRegionAppSpec): FieldProblem[] {
  return [...sites.flatMap((site) => checkRange(spec, site)), ...checkOverlap(spec)];
}

function checkRange(spec: MultiRegionAppSpec, site: Site): FieldProblem[] {
  const cidr = spec[site].vpcCidr;
  const path = ['spec', site, 'vpcCidr'];
  const prefix = Number(parseCidr(cidr).prefix);
  const problems: FieldProblem[] = [];
  const problem = (message: string, remedy?: string) =>
    problems.push({ code: 'US1009', severity: 'error', path, message, ...(remedy === undefined ? {} : { remedy }) });

  const aligned = normalizeCidr(cidr);
  if (aligned !== cidr) {
    problem(`${cidr} does not start at the start of a /${prefix}`, `Write ${aligned}.`);
  }
  if (!containsCidr(privateRanges, cidr)) {
    problem(`${cidr} is not private: not within ${privateRanges.join(', ')}`);
  }
  if (prefix < largestVpcPrefix) {
    problem(`${cidr} is too large: AWS takes /${largestVpcPrefix} at most`);
  }
  if (prefix > smallestVpcPrefix) {
    const subnets = `${subnetTiers.length} tiers of subnets in up to 4 zones, each at least /27 for a load balancer`;
    problem(`${cidr} is too small: ${subnets}, need /${smallestVpcPrefix} or larger`);
  } else if (prefix >= largestVpcPrefix) {
    problems.push(...checkRoom(spec, site));
  }
  return problems;
}

function checkRoom(spec: MultiRegionAppSpec, site: Site): FieldProblem[] {
  const { vpcCidr, zones } = spec[site];
  const room = usableAddressesPerSubnet(vpcCidr) * zones.length;
  const { maxCount } = spec.instances;
  if (maxCount <= room) {
    return [];
  }
  return [
    {
      code: 'US1009',
      severity: 'error',
      path: ['spec', site, 'vpcCidr'],
      involves: [
        ['spec', 'instances'],
        ['spec', 'network', 'zones'],
        ['spec', site, 'zones'],
      ],
      message: `${vpcCidr} has room for ${room} instances in ${zones.length} application subnets, and instances.maxCount is ${maxCount}`,
      remedy: 'Use a larger range, or lower instances.maxCount.',
    },
  ];
}

function checkOverlap({ primary, secondary }: MultiRegionAppSpec): FieldProblem[] {
  if (!overlapCidr(primary.vpcCidr, secondary.vpcCidr)) {
    return [];
  }
  return [
    {
      code: 'US1010',
      severity: 'error',
      path: ['spec', 'secondary', 'vpcCidr'],
      involves: [['spec', 'primary', 'vpcCidr']],
      message: `${secondary.vpcCidr} overlaps with ${primary.vpcCidr} of the primary`,
    },
  ];
}
