import { describe, expect, it } from '@jest/globals';
import { type AclEntry, defaultEntries, NetworkAcl } from '../../../src/sandbox/region/ec2/network-acl.ts';

const acl = (...entries: readonly Partial<AclEntry>[]): NetworkAcl =>
  new NetworkAcl({ id: 'acl-1', name: 'data', vpcId: 'vpc-1', subnetIds: [], applicationCidr: '10.0.16.0/20' }, [
    ...defaultEntries,
    ...entries.map((entry) => ({
      ruleNumber: 1,
      egress: false,
      action: 'deny' as const,
      protocol: '6',
      cidr: '10.0.16.0/20',
      ...entry,
    })),
  ]);
const permits = (each: NetworkAcl) => each.permits(5432, 50_000);

describe('a network ACL', () => {
  it('permits everything by default', () => {
    expect(permits(acl())).toBe(true);
  });

  it.each<[string, Partial<AclEntry>]>([
    ['the application', {}],
    ['a network around it', { cidr: '10.0.0.0/16' }],
    ['every protocol', { protocol: '-1' }],
    ['the port', { ports: { from: 5432, to: 5432 } }],
    ['the way back', { egress: true, ports: { from: 1024, to: 65_535 } }],
  ])('denies by a rule for %s', (_what, entry) => {
    expect(permits(acl(entry))).toBe(false);
  });

  it.each<[string, Partial<AclEntry>]>([
    ['another network', { cidr: '10.0.32.0/20' }],
    ['a part of the network', { cidr: '10.0.16.0/24' }],
    ['another port', { ports: { from: 5433, to: 5433 } }],
    ['another protocol', { protocol: '17' }],
    ['a later number', { ruleNumber: 101 }],
  ])('does not by a rule for %s', (_what, entry) => {
    expect(permits(acl(entry))).toBe(true);
  });

  it('lets the lowest number decide, whatever the order of creation', () => {
    expect(permits(acl({ ruleNumber: 5 }, { ruleNumber: 3, action: 'allow' }))).toBe(true);
    expect(permits(acl({ ruleNumber: 3 }, { ruleNumber: 5, action: 'allow' }))).toBe(false);
  });
});
