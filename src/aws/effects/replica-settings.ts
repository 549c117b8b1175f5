import type { CreateDBInstanceReadReplicaCommandInput, DBInstance } from '@aws-sdk/client-rds';
import { type DbInstance, regionOfArn } from '../db-instance.ts';
import { instanceTags } from '../db-tags.ts';

type Settings = Omit<CreateDBInstanceReadReplicaCommandInput, 'DBInstanceIdentifier' | 'SourceDBInstanceIdentifier'>;

/** The key that RDS has in every region for who names none. */
const defaultKey = 'alias/aws/rds';

/**
 * What a new replica in a region is made like: an instance of its site, if one is left, otherwise its source, from which
 * only what means the same in every region is taken.
 *
 * Deletion protection is left off, whatever the model has: who made the replica for a rehearsal must be able to delete
 * it, and whoever keeps it sets what is to protect it.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.XRgn.html for what a replica of another
 * region takes over by itself, and that an encrypted one needs a key of its own region.
 */
export function replicaSettings(region: string, sibling: DbInstance | null, source: DbInstance): Settings {
  const { raw } = sibling ?? source;
  const isLocal = regionOfArn((sibling ?? source).arn) === region;
  return withoutUndefined({
    ...portableSettings(raw),
    ...(isLocal ? regionalSettings(raw) : {}),
    ...(isLocal || !source.raw.StorageEncrypted ? {} : { KmsKeyId: defaultKey }),
    DeletionProtection: false,
    Tags: instanceTags(raw),
  });
}

/** What means the same in every region. */
function portableSettings(raw: DBInstance): Partial<Settings> {
  return {
    DBInstanceClass: raw.DBInstanceClass,
    StorageType: raw.StorageType,
    MaxAllocatedStorage: raw.MaxAllocatedStorage,
    ...provisionedPerformance(raw),
    MultiAZ: raw.MultiAZ,
    Port: raw.Endpoint?.Port ?? raw.DbInstancePort,
    PubliclyAccessible: raw.PubliclyAccessible,
    AutoMinorVersionUpgrade: raw.AutoMinorVersionUpgrade,
    CopyTagsToSnapshot: raw.CopyTagsToSnapshot,
    EnableIAMDatabaseAuthentication: raw.IAMDatabaseAuthenticationEnabled,
    EnableCloudwatchLogsExports: raw.EnabledCloudwatchLogsExports,
    CACertificateIdentifier: raw.CACertificateIdentifier,
    // An IAM role belongs to no region.
    MonitoringInterval: raw.MonitoringInterval,
    MonitoringRoleArn: raw.MonitoringRoleArn,
    EnablePerformanceInsights: raw.PerformanceInsightsEnabled,
  };
}

/** What names things of one region. */
function regionalSettings(raw: DBInstance): Partial<Settings> {
  const groups = (raw.VpcSecurityGroups ?? []).flatMap(({ VpcSecurityGroupId }) => VpcSecurityGroupId ?? []);
  return {
    DBSubnetGroupName: raw.DBSubnetGroup?.DBSubnetGroupName,
    DBParameterGroupName: raw.DBParameterGroups?.[0]?.DBParameterGroupName,
    VpcSecurityGroupIds: groups.length > 0 ? groups : undefined,
    KmsKeyId: raw.KmsKeyId,
    PerformanceInsightsKMSKeyId: raw.PerformanceInsightsEnabled ? raw.PerformanceInsightsKMSKeyId : undefined,
  };
}

/**
 * RDS shows what gp3 gives by itself as well, and refuses to be asked for it below a certain size.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html#gp3-storage: 3,000 IOPS and 125 MiB/s,
 * or from 400 GiB on 12,000 and 500, are included.
 */
function provisionedPerformance({
  StorageType,
  Iops,
  StorageThroughput,
  AllocatedStorage,
}: DBInstance): Partial<Settings> {
  if (StorageType !== 'gp3') return { Iops, StorageThroughput };
  const included = (AllocatedStorage ?? 0) >= 400 ? 12_000 : 3_000;
  return (Iops ?? 0) > included ? { Iops, StorageThroughput } : {};
}

/** Absent is RDS's own choice, where `undefined` would be a value. */
function withoutUndefined(settings: { readonly [Name in keyof Settings]?: Settings[Name] | undefined }): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
