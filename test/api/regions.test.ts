import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { regionFacts, regionNames, witnessRegionFor, zonesOf } from '../../src/api/regions.ts';

describe('regions', () => {
  it('have a witness that is a third region, and never us-east-1, whatever the sites are', () => {
    const region = fc.constantFrom(...regionNames);
    fc.assert(
      fc.property(region, region, (primary, secondary) => {
        const witness = witnessRegionFor(primary, secondary);
        expect([primary, secondary, 'us-east-1']).not.toContain(witness);
        expect(regionFacts(witness)).toBeDefined();
      }),
    );
  });

  it('have zones of their own letters', () => {
    expect(zonesOf('us-west-1', 2)).toEqual(['a', 'c']);
    expect(zonesOf('us-west-1', 3)).toEqual(['a', 'c']);
    expect(zonesOf('nowhere-1', 2)).toEqual(['a', 'b']);
  });

  it('are not found by names of object members', () => {
    expect(regionFacts('constructor')).toBeUndefined();
  });
});
