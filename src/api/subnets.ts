import { parseCidr } from 'cidr-tools';

/**
 * How a VPC is cut: sixteen equal blocks, four for each tier and four spare, one a zone. Adding a zone later therefore
 * moves no subnet.
 */
export const subnetTiers = ['public', 'application', 'data'] as const;
export type SubnetTier = (typeof subnetTiers)[number];

const maxZones = 4;
/** log2 of the blocks: four tiers (one spare) of four zones. */
const blockBits = 4;

/** AWS takes VPCs of /16 to /28 ("VPC CIDR blocks", Amazon VPC User Guide). */
export const largestVpcPrefix = 16;
/** A load balancer needs subnets of at least /27 ("Subnets for your load balancer", Elastic Load Balancing User Guide). */
export const smallestVpcPrefix = 27 - blockBits;

/** AWS keeps five addresses of each subnet ("Subnet sizing", Amazon VPC User Guide). */
const reservedPerSubnet = 5;

/** Addresses that instances can have in one subnet of a VPC. */
export function usableAddressesPerSubnet(vpcCidr: string): number {
  return 2 ** (32 - Number(parseCidr(vpcCidr).prefix) - blockBits) - reservedPerSubnet;
}

/**
 * Ranges of the subnets of one tier, one a zone.
 *
 * @param vpcCidr an IPv4 range, /16 to /23.
 * @param zoneCount 1 to 4.
 *
 * @example
 * subnetCidrs('10.0.0.0/16', 'application', 2); // ['10.0.64.0/20', '10.0.80.0/20']
 */
export function subnetCidrs(vpcCidr: string, tier: SubnetTier, zoneCount: number): string[] {
  if (zoneCount > maxZones) {
    throw new RangeError(`a VPC is cut for ${maxZones} zones, not for ${zoneCount}`);
  }
  const vpc = parseCidr(vpcCidr);
  const prefix = Number(vpc.prefix) + blockBits;
  const blockSize = 2 ** (32 - prefix);
  const firstBlock = subnetTiers.indexOf(tier) * maxZones;
  return Array.from({ length: zoneCount }, (_, zone) => {
    const start = Number(vpc.start) + (firstBlock + zone) * blockSize;
    return `${dottedQuad(start)}/${prefix}`;
  });
}

function dottedQuad(address: number): string {
  return [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256).join('.');
}
