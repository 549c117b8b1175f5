import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { whyNoVerdict } from '../../src/api/verdict-possible.ts';

const regions = { primary: 'us-east-1', secondary: 'us-west-2' };

describe('whyNoVerdict', () => {
  it('is the rule of the engine: at least two domains without the active, one outside the standby, a majority of all', () => {
    const domain = fc.constantFrom('us-east-1', 'us-west-2', 'eu-west-1', 'operations', 'route53');
    fc.assert(
      fc.property(fc.array(domain), fc.constantFrom('primary' as const, 'secondary' as const), (domains, active) => {
        const all = [...new Set(domains)];
        const left = all.filter((each) => each !== regions[active]);
        const standby = active === 'primary' ? regions.secondary : regions.primary;
        const isPossible = left.length >= 2 && left.some((each) => each !== standby) && left.length > all.length / 2;
        expect(whyNoVerdict({ regions, domains }, active) === undefined).toBe(isPossible);
      }),
    );
  });

  it('counts vantages of one domain once', () => {
    expect(whyNoVerdict({ regions, domains: ['operations', 'operations'] }, 'primary')).toContain(
      'only operations is left',
    );
  });
});
