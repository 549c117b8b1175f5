import { describe, expect, it } from '@jest/globals';
import { containsCidr, overlapCidr } from 'cidr-tools';
import fc from 'fast-check';
import { subnetCidrs, subnetTiers, usableAddressesPerSubnet } from '../../src/api/subnets.ts';

const vpc = fc
  .record({ prefix: fc.integer({ min: 16, max: 23 }), block: fc.nat(255), second: fc.nat(255) })
  .map(
    ({ prefix, block, second }) =>
      `10.${second}.${prefix === 16 ? 0 : block - (block % 2 ** (24 - prefix))}.0/${prefix}`,
  );

describe('subnetCidrs', () => {
  it('cuts a VPC into disjoint subnets inside it', () => {
    fc.assert(
      fc.property(vpc, fc.integer({ min: 1, max: 4 }), (cidr, zones) => {
        const all = subnetTiers.flatMap((tier) => subnetCidrs(cidr, tier, zones));
        expect(all).toHaveLength(subnetTiers.length * zones);
        for (const [index, subnet] of all.entries()) {
          expect(containsCidr(cidr, subnet)).toBe(true);
          expect(all.slice(index + 1).some((other) => overlapCidr(subnet, other))).toBe(false);
        }
      }),
    );
  });

  it('moves no subnet when a zone is added', () => {
    fc.assert(
      fc.property(vpc, fc.constantFrom(...subnetTiers), fc.integer({ min: 1, max: 3 }), (cidr, tier, zones) => {
        expect(subnetCidrs(cidr, tier, zones + 1).slice(0, zones)).toEqual(subnetCidrs(cidr, tier, zones));
      }),
    );
  });

  it('gives 10.0.0.0/16 the documented ranges', () => {
    expect(subnetCidrs('10.0.0.0/16', 'public', 2)).toEqual(['10.0.0.0/20', '10.0.16.0/20']);
    expect(subnetCidrs('10.0.0.0/16', 'application', 2)).toEqual(['10.0.64.0/20', '10.0.80.0/20']);
    expect(subnetCidrs('10.0.0.0/16', 'data', 2)).toEqual(['10.0.128.0/20', '10.0.144.0/20']);
  });

  it('leaves the smallest VPC subnets that a load balancer takes', () => {
    expect(subnetCidrs('10.0.0.0/23', 'public', 1)).toEqual(['10.0.0.0/27']);
    expect(usableAddressesPerSubnet('10.0.0.0/23')).toBe(27);
  });

  it('refuses more zones than blocks', () => {
    expect(() => subnetCidrs('10.0.0.0/16', 'data', 5)).toThrow(RangeError);
  });
});
