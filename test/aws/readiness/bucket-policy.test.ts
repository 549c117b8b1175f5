import { describe, expect, it } from '@jest/globals';
import { healthCheckersMayRead } from '../../../compositions/bucket.ts';
import { healthCheckerRanges } from '../../../src/api/health-checker-ranges.ts';
import { rangesThatMayRead } from '../../../src/aws/readiness/bucket-policy.ts';

const bucket = 'trading-switch';
const both = [`arn:aws:s3:::${bucket}/open/*`, `arn:aws:s3:::${bucket}/takeover/*`];

function statement(changes: object = {}) {
  return { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: both, ...changes };
}

function ranges(...statements: object[]) {
  return rangesThatMayRead(JSON.stringify({ Version: '2012-10-17', Statement: statements }), bucket);
}

describe('rangesThatMayRead', () => {
  it('understands the policy that the compositions write', () => {
    expect(rangesThatMayRead(healthCheckersMayRead(bucket), bucket)).toEqual(healthCheckerRanges);
  });

  it.each([
    ['no condition', {}],
    ['a principal of AWS', { Principal: { AWS: '*' } }],
    ['wildcards in the action', { Action: ['s3:Get*'] }],
    ['a wildcard for all objects', { Resource: `arn:aws:s3:::${bucket}/*` }],
  ])('is everywhere with %s', (_what, changes) => {
    expect(ranges(statement(changes))).toEqual(['0.0.0.0/0']);
  });

  it.each([
    ['another bucket', { Resource: ['arn:aws:s3:::other/*'] }],
    ['one of the two kinds of objects', { Resource: [both[1]] }],
    ['one term only', { Resource: [both[0], `arn:aws:s3:::${bucket}/takeover/2`] }],
    ['another action', { Action: 's3:PutObject' }],
    ['somebody', { Principal: { AWS: 'arn:aws:iam::111122223333:root' } }],
    ['a condition that nobody here understands', { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }],
    [
      'two conditions',
      { Condition: { IpAddress: { 'aws:SourceIp': '1.2.3.0/24' }, Bool: { 'aws:SecureTransport': 'true' } } },
    ],
  ])('is nowhere for %s', (_what, changes) => {
    expect(ranges(statement(changes))).toEqual([]);
  });

  it('is nowhere where everybody is denied', () => {
    expect(ranges(statement(), statement({ Effect: 'Deny' }))).toEqual([]);
  });

  it('adds up statements, and takes what both kinds of objects share', () => {
    const from = (cidr: string | string[], Resource: string | undefined) =>
      statement({ Resource, Condition: { IpAddress: { 'aws:SourceIp': cidr } } });
    expect(ranges(from(['1.0.0.0/24', '2.0.0.0/24'], both[0]), from('2.0.0.0/24', both[1]))).toEqual(['2.0.0.0/24']);
    expect(ranges(statement({ Resource: both[0] }), from('2.0.0.0/24', both[1]))).toEqual(['2.0.0.0/24']);
  });

  it.each(['', 'nonsense', '{}', '{"Statement": [{"Effect": "Maybe"}]}'])('does not guess at %j', (text) => {
    expect(() => rangesThatMayRead(text, bucket)).toThrow();
  });
});
