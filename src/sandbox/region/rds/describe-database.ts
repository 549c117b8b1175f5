import type { DBInstance } from '@aws-sdk/client-rds';
import type { TcpAddress } from '../region-config.ts';
import { type DatabaseRecord, parseDatabaseArn } from './database-record.ts';

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
    TagList: Object.entries(record.tags).map(([Key, Value]) => ({ Key, Value })),
  };
}
