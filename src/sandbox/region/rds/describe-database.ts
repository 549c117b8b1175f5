import type { DBInstance, DBSnapshot } from '@aws-sdk/client-rds';
import type { TcpAddress } from '../region-config.ts';
import { type DatabaseRecord, parseDatabaseArn } from './database-record.ts';
import type { SnapshotRecord } from './snapshots.ts';

/** An instance as DescribeDBInstances gives it; fields that nothing in the sandbox stands behind are left out. */
export function describeDatabase(
  record: DatabaseRecord,
  replicaArns: readonly string[],
  address: TcpAddress,
): DBInstance {
  const { region } = parseDatabaseArn(record.arn) ?? { region: '' };
  // Instances of the same region are named by identifier, others by ARN.
  const nameOf = (arn: string) => {
    const parsed = parseDatabaseArn(arn);
    return parsed?.region === region ? parsed.identifier : arn;
  };
  const replica = record.sourceArn !== undefined;
  return {
    DBInstanceIdentifier: record.identifier,
    DBInstanceArn: record.arn,
    DbiResourceId: record.resourceId,
    DBInstanceStatus: record.status,
    DBInstanceClass: record.instanceClass,
    Engine: 'postgres',
    EngineVersion: record.engineVersion,
    ...(record.masterUsername === '' ? {} : { MasterUsername: record.masterUsername }),
    ...(record.databaseName === '' ? {} : { DBName: record.databaseName }),
    ...(record.status === 'creating' ? {} : { Endpoint: { Address: address.host, Port: address.port } }),
    InstanceCreateTime: new Date(record.createdAtMs),
    BackupRetentionPeriod: record.backupRetentionDays,
    PreferredBackupWindow: '03:00-03:30',
    MultiAZ: record.multiAz,
    StorageEncrypted: true,
    PubliclyAccessible: false,
    DeletionProtection: record.deletionProtection,
    AvailabilityZone: `${region}a`,
    ...(replica ? { ReadReplicaSourceDBInstanceIdentifier: nameOf(record.sourceArn ?? '') } : {}),
    ReadReplicaDBInstanceIdentifiers: replicaArns.map(nameOf),
    TagList: tagList(record.tags),
  };
}

/** A snapshot as DescribeDBSnapshots gives it. */
export function describeSnapshot(record: SnapshotRecord): DBSnapshot {
  return {
    DBSnapshotIdentifier: record.identifier,
    DBSnapshotArn: record.arn,
    DBInstanceIdentifier: record.instance,
    DbiResourceId: record.resourceId,
    Status: record.status,
    PercentProgress: record.status === 'available' ? 100 : 0,
    SnapshotType: record.type,
    SnapshotCreateTime: new Date(record.createdAtMs),
    Engine: 'postgres',
    Encrypted: true,
    TagList: tagList(record.tags),
  };
}

function tagList(tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
