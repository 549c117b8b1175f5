import { describe, expect, it } from '@jest/globals';
import { type PolicyDocument, policyOf } from '../../compositions/policy-document.ts';
import type { AwsCall } from '../../src/sandbox/region/wire/call-log.ts';
import { iamRequestsOf } from './call-requests.ts';
import { replay } from './policy-replay.ts';

const accountId = '111122223333';

function call(service: string, operation: string, parameters: object, more: Partial<AwsCall> = {}): AwsCall {
  return {
    number: 1,
    atMs: 0,
    durationMs: 1,
    region: 'us-west-2',
    service,
    operation,
    caller: 'failover-us-west-2',
    principal: 'trading-failover-dev',
    parameters,
    result: 'OK',
    ...more,
  };
}

const promote = call('rds', 'PromoteReadReplica', { DBInstanceIdentifier: 'trading-db-dev-a1' });
const deny = call('ec2', 'CreateNetworkAclEntry', { NetworkAclId: 'acl-1', RuleNumber: 1 });

const policy: PolicyDocument = policyOf([
  { actions: ['ec2:DescribeNetworkAcls'], resources: ['*'] },
  { actions: ['rds:PromoteReadReplica'], resources: [`arn:aws:rds:us-west-2:${accountId}:db:trading-db-dev-*`] },
  {
    actions: ['ec2:CreateNetworkAclEntry'],
    resources: [`arn:aws:ec2:us-west-2:${accountId}:network-acl/*`],
    conditions: { StringEquals: { 'aws:ResourceTag/Name': 'trading-db-acl-dev' } },
  },
  { actions: ['logs:PutLogEvents'], resources: [`arn:aws:logs:us-west-2:${accountId}:log-group:/aws/lambda/f:*`] },
]);

describe('a replay', () => {
  it('says which statement allows a call, and which actions nobody used or explains', async () => {
    const found = await replay(policy, [promote, promote], { accountId });
    expect(found.denied).toEqual([]);
    expect(found.allowed).toEqual([
      {
        action: 'rds:PromoteReadReplica',
        resource: `arn:aws:rds:us-west-2:${accountId}:db:trading-db-dev-a1`,
        context: {},
        statements: [2],
      },
    ]);
    expect(found.unused).toEqual(['ec2:CreateNetworkAclEntry', 'ec2:DescribeNetworkAcls']);
  });

  it.each([
    ['another instance', call('rds', 'PromoteReadReplica', { DBInstanceIdentifier: 'orders-db-dev-a1' })],
    ['another region', { ...promote, region: 'us-east-1' }],
    ['another action', call('rds', 'DeleteDBInstance', { DBInstanceIdentifier: 'trading-db-dev-a1' })],
    ['all instances', call('rds', 'DescribeDBInstances', {})],
  ])('denies what the policy does not allow: %s', async (_, each) => {
    const found = await replay(policy, [each], { accountId });
    expect(found.allowed).toEqual([]);
    expect(found.denied).toHaveLength(1);
  });

  it('holds conditions against the tags of what is called', async () => {
    const tagged = async (name?: string) => {
      const names = name === undefined ? {} : { networkAclNames: { 'acl-1': name } };
      return (await replay(policy, [deny], { accountId, ...names })).denied.length === 0;
    };
    expect(await tagged('trading-db-acl-dev')).toBe(true);
    expect(await tagged('orders-db-acl-dev')).toBe(false);
    expect(await tagged()).toBe(false);
  });

  it('refuses a call that it does not understand', () => {
    expect(() => iamRequestsOf(call('rds', 'CreateDBCluster', {}), { accountId })).toThrow('rds:CreateDBCluster');
  });

  it('asks for listing too where a missing object was told from a forbidden one', () => {
    const look = (result: string) =>
      iamRequestsOf(call('s3', 'GetObject', { Bucket: 'b', Key: 'open/1' }, { result }), { accountId });
    expect(look('OK').map(({ action }) => action)).toEqual(['s3:GetObject']);
    expect(look('NoSuchKey')).toEqual([
      { action: 's3:GetObject', resource: 'arn:aws:s3:::b/open/1', context: {} },
      { action: 's3:ListBucket', resource: 'arn:aws:s3:::b', context: {} },
    ]);
  });
});
