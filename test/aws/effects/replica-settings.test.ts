import type { DBInstance } from '@aws-sdk/client-rds';
import { describe, expect, it } from '@jest/globals';
import type { DbInstance } from '../../../src/aws/db-instance.ts';
import { replicaSettings } from '../../../src/aws/effects/replica-settings.ts';

function instance(region: string, raw: DBInstance): DbInstance {
  const arn = `arn:aws:rds:${region}:111122223333:db:trading-db`;
  return {
    arn,
    status: 'available',
    source: null,
    showsReplication: false,
    backupRetentionDays: 7,
    deletionProtection: raw.DeletionProtection ?? false,
    endpoint: null,
    raw: { DBInstanceArn: arn, ...raw },
  };
}

const source = instance('us-west-2', {
  DBInstanceClass: 'db.r6g.large',
  StorageEncrypted: true,
  KmsKeyId: 'arn:aws:kms:us-west-2:111122223333:key/west',
  DBSubnetGroup: { DBSubnetGroupName: 'west-data' },
  VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-west' }],
  MultiAZ: true,
});
const sibling = instance('us-east-1', {
  DBInstanceClass: 'db.r6g.xlarge',
  StorageType: 'gp3',
  AllocatedStorage: 100,
  Iops: 3_000,
  StorageThroughput: 125,
  StorageEncrypted: true,
  KmsKeyId: 'arn:aws:kms:us-east-1:111122223333:key/east',
  DBSubnetGroup: { DBSubnetGroupName: 'east-data' },
  DBParameterGroups: [{ DBParameterGroupName: 'east-parameters' }],
  VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-east' }],
  MultiAZ: false,
  Endpoint: { Address: 'trading-db.example', Port: 5433 },
  DeletionProtection: true,
  TagList: [
    { Key: 'App', Value: 'trading' },
    { Key: 'aws:cloudformation:stack-name', Value: 'x' },
  ],
});

describe('what a new replica is made like', () => {
  it('is the instance that its site had', () => {
    expect(replicaSettings('us-east-1', sibling, source)).toEqual({
      DBInstanceClass: 'db.r6g.xlarge',
      StorageType: 'gp3',
      MultiAZ: false,
      Port: 5433,
      DBSubnetGroupName: 'east-data',
      DBParameterGroupName: 'east-parameters',
      VpcSecurityGroupIds: ['sg-east'],
      KmsKeyId: 'arn:aws:kms:us-east-1:111122223333:key/east',
      DeletionProtection: false,
      Tags: [{ Key: 'App', Value: 'trading' }],
    });
  });

  it('is its source where the site has none left, without what names things of the source’s region', () => {
    expect(replicaSettings('us-east-1', null, source)).toEqual({
      DBInstanceClass: 'db.r6g.large',
      MultiAZ: true,
      KmsKeyId: 'alias/aws/rds',
      DeletionProtection: false,
      Tags: [],
    });
  });

  it('names no key for what is not encrypted', () => {
    const { KmsKeyId: _key, ...plain } = source.raw;
    const open = { ...source, raw: { ...plain, StorageEncrypted: false } };
    expect(replicaSettings('us-east-1', null, open)).not.toHaveProperty('KmsKeyId');
  });

  it.each([
    ['what gp3 includes', 100, 3_000, false],
    ['more than gp3 includes', 100, 4_000, true],
    ['what a large gp3 includes', 400, 12_000, false],
  ])('asks for performance only beyond %s', (_what, AllocatedStorage, Iops, asked) => {
    const model = instance('us-east-1', { StorageType: 'gp3', AllocatedStorage, Iops, StorageThroughput: 500 });
    expect('Iops' in replicaSettings('us-east-1', model, source)).toBe(asked);
  });
});
