import { describe, expect, it } from '@jest/globals';
import { compareInstanceClasses } from '../../../src/failover/readiness/instance-class.ts';

describe('compareInstanceClasses', () => {
  it.each([
    ['db.r6g.large', 'db.r6g.large', 'same'],
    ['db.r6g.large', 'db.r6g.xlarge', 'smaller'],
    ['db.t3.medium', 'db.m5.large', 'smaller'],
    ['db.t3.micro', 'db.t3.small', 'smaller'],
    ['db.r6g.2xlarge', 'db.r6g.16xlarge', 'smaller'],
    ['db.r6g.16xlarge', 'db.r6g.2xlarge', 'different'],
    ['db.m5.large', 'db.r5.large', 'different'],
    ['db.serverless', 'db.r6g.large', 'different'],
    ['nonsense', 'db.r6g.large', 'different'],
  ])('finds %s beside %s %s', (one, other, expected) => {
    expect(compareInstanceClasses(one, other)).toBe(expected);
  });
});
