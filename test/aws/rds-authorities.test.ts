import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { hasKnownAuthority, regionNames } from '../../src/api/regions.ts';
import { rdsAuthorities } from '../../src/aws/rds-authorities.ts';

const authorities = rdsAuthorities.map((pem) => new X509Certificate(pem));

describe('the certificate authorities of RDS', () => {
  it('are there for every region that is said to have one, by the kind that RDS gives new databases', () => {
    const known = regionNames.filter((region) =>
      authorities.some(({ subject }) => subject.includes(`CN=Amazon RDS ${region} Root CA RSA2048 G1`)),
    );
    expect(regionNames.filter(hasKnownAuthority)).toEqual(known);
    expect(known.length).toBeGreaterThan(25);
  });

  it('last for longer than anybody will run this version', () => {
    const g1 = authorities.filter(({ subject }) => subject.includes(' G1'));
    expect(g1.filter(({ validTo }) => Date.parse(validTo) < Date.parse('2061-01-01'))).toEqual([]);
  });

  it('are of RDS alone, and sign for themselves or for another of them', () => {
    expect(authorities.filter(({ subject }) => !/CN=Amazon RDS /.test(subject))).toEqual([]);
    expect(authorities.every(({ ca }) => ca)).toBe(true);
  });
});
