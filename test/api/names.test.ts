import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkNames, derivedNames } from '../../src/api/checks/names.ts';
import { databaseIdentifier, siteNames, witnessBucketName, witnessNames } from '../../src/api/names.ts';
import { appOf } from './app-of.ts';

const scope = { app: 'trading', environment: 'dev', accountId: '111122223333' };

describe('names', () => {
  it('are application, resource, environment', () => {
    const names = siteNames({ ...scope, region: 'us-west-2' });
    expect(names.loadBalancer).toBe('trading-alb-dev');
    expect(names.targetGroup).toBe('trading-tg-dev');
    expect(names.functions.failover).toBe('trading-failover-dev');
    expect(names.roles.failover).toBe('trading-failover-dev-us-west-2');
    expect(names.switchBucket).toBe('trading-switch-dev-111122223333-us-west-2');
    expect(names.database).toBe('trading-db-dev-a1');
    expect(witnessNames({ ...scope, region: 'us-east-2' })).toMatchObject({
      function: 'trading-witness-dev',
      roles: { witness: 'trading-witness-dev-us-east-2' },
    });
    expect(witnessBucketName({ ...scope, region: 'us-east-2' })).toBe('trading-witness-dev-111122223333-us-east-2');
  });

  it('give a rebuilt replica another identifier', () => {
    const identifiers = [
      databaseIdentifier(scope, 'a', 1),
      databaseIdentifier(scope, 'b', 2),
      databaseIdentifier(scope, 'a', 3),
    ];
    expect(identifiers).toEqual(['trading-db-dev-a1', 'trading-db-dev-b2', 'trading-db-dev-a3']);
  });

  it('carry the region where AWS has one namespace for all regions', () => {
    const east = siteNames({ ...scope, region: 'us-east-1' });
    const west = siteNames({ ...scope, region: 'us-west-2' });
    for (const role of Object.keys(east.roles)) {
      expect(Object.entries(east.roles).find(([key]) => key === role)?.[1]).not.toBe(
        Object.entries(west.roles).find(([key]) => key === role)?.[1],
      );
    }
    expect(east.switchBucket).not.toBe(west.switchBucket);
    expect(east.codeBucket).not.toBe(west.codeBucket);
    expect(east.dashboard).not.toBe(west.dashboard);
  });
});

describe('checkNames', () => {
  const label = fc
    .stringMatching(/^[a-z]([a-z0-9]{0,8}-?[a-z0-9]{0,20}[a-z0-9])?$/)
    .filter((name) => name.length <= 63);
  const environment = fc.stringMatching(/^[a-z][a-z0-9]{0,11}$/);

  it('finds nothing exactly when every derived name is within its limit', () => {
    fc.assert(
      fc.property(label, environment, (name, env) => {
        const app = appOf({ environment: env }, name);
        const isWithin = derivedNames(app).every((derived) => derived.name.length <= derived.limit);
        const letters = name.startsWith('internal-');
        expect(checkNames(app).length === 0).toBe(isWithin && !letters);
      }),
    );
  });

  it('says by how much to shorten, and that is enough', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 60 }), (length) => {
        const [problem] = checkNames(appOf({}, 'a'.repeat(length)));
        const excess = Number(/by (\d+)\.$/.exec(problem?.remedy ?? 'by 0.')?.[1]);
        expect(checkNames(appOf({}, 'a'.repeat(length - excess)))).toEqual([]);
        if (excess > 0) {
          expect(checkNames(appOf({}, 'a'.repeat(length - excess + 1)))).not.toEqual([]);
        }
      }),
    );
  });

  it.each([
    ['1trading', 'does not start with a letter'],
    ['trading--x', 'two hyphens'],
    ['internal-trading', 'internal-'],
  ])('refuses %s', (name, reason) => {
    expect(checkNames(appOf({}, name))).toEqual([
      expect.objectContaining({ code: 'US1014', path: ['metadata', 'name'], message: expect.stringContaining(reason) }),
    ]);
  });
});
