import {
  DBClusterNotFoundFault,
  type DBInstance,
  DBInstanceNotFoundFault,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  DescribeDBParametersCommand,
  DescribeGlobalClustersCommand,
  type RDSClient,
} from '@aws-sdk/client-rds';
import type { PlanDatabase } from '../../api/failover-plan.ts';
import { PortError } from '../../failover/port-error.ts';
import type {
  ClusterFacts,
  DatabaseFacts,
  InstanceFacts,
  ParameterGroupFacts,
  StorageFacts,
} from '../../failover/readiness/facts.ts';
import { readCall } from '../bounded-call.ts';
import { lookAt } from './look-at.ts';
import { allPages } from './pages.ts';

/**
 * A site's database; `null` if RDS has none of that identifier.
 *
 * @param callMs for the parameter group, which is looked at apart: without it the rest is still worth knowing.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html
 * @throws PortError
 */
export async function databaseFacts(
  client: RDSClient,
  database: PlanDatabase,
  callMs: number,
  limit: AbortSignal,
): Promise<DatabaseFacts | null> {
  try {
    return database.kind === 'Instance'
      ? await instanceFacts(client, database.identifier, callMs, limit)
      : await clusterFacts(client, database, limit);
  } catch (error) {
    if (error instanceof PortError && isNotFound(error.cause)) return null;
    throw error;
  }
}

function isNotFound(cause: unknown): boolean {
  return cause instanceof DBInstanceNotFoundFault || cause instanceof DBClusterNotFoundFault;
}

async function instanceFacts(
  client: RDSClient,
  identifier: string,
  callMs: number,
  limit: AbortSignal,
): Promise<InstanceFacts | null> {
  const { DBInstances } = await readCall(limit, (options) =>
    client.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier }), options),
  );
  const [found] = DBInstances ?? [];
  if (found === undefined) return null;
  return {
    kind: 'Instance',
    identifier,
    status: found.DBInstanceStatus ?? 'unknown',
    source: textOrNull(found.ReadReplicaSourceDBInstanceIdentifier),
    instanceClass: textOrNull(found.DBInstanceClass),
    engineVersion: textOrNull(found.EngineVersion),
    isMultiAz: found.MultiAZ ?? null,
    storage: storageOf(found),
    backupRetentionDays: found.BackupRetentionPeriod ?? null,
    backupWindow: textOrNull(found.PreferredBackupWindow),
    kmsKey: textOrNull(found.KmsKeyId),
    parameterGroup: await parameterGroupOf(client, found, callMs),
  };
}

function storageOf(found: DBInstance): StorageFacts | null {
  const { AllocatedStorage: sizeGiB, StorageType, Iops, StorageThroughput } = found;
  return sizeGiB === undefined
    ? null
    : {
        sizeGiB,
        type: textOrNull(StorageType),
        iops: Iops ?? null,
        throughputMiBps: StorageThroughput ?? null,
      };
}

/** Source `user`: what somebody set, and not what the engine or RDS has by itself. */
async function parameterGroupOf(
  client: RDSClient,
  found: DBInstance,
  callMs: number,
): Promise<ParameterGroupFacts | null> {
  const [group] = found.DBParameterGroups ?? [];
  const name = group?.DBParameterGroupName;
  if (name === undefined) return null;
  const set = await lookAt(callMs, async (limit) => {
    const parameters = await allPages(async (marker) => {
      const command = new DescribeDBParametersCommand({ DBParameterGroupName: name, Source: 'user', Marker: marker });
      const page = await readCall(limit, (options) => client.send(command, options));
      return { items: page.Parameters ?? [], next: page.Marker };
    });
    return Object.fromEntries(
      parameters.flatMap(({ ParameterName, ParameterValue }) =>
        ParameterName === undefined || ParameterValue === undefined ? [] : [[ParameterName, ParameterValue]],
      ),
    );
  });
  return { name, status: textOrNull(group?.ParameterApplyStatus), set };
}

/**
 * A member of an Aurora global database. Which member writes, the global cluster tells; without it a cluster by itself
 * replicates from nothing.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_GlobalClusterMember.html
 */
async function clusterFacts(
  client: RDSClient,
  { identifier, globalClusterIdentifier }: PlanDatabase,
  limit: AbortSignal,
): Promise<ClusterFacts | null> {
  const { DBClusters } = await readCall(limit, (options) =>
    client.send(new DescribeDBClustersCommand({ DBClusterIdentifier: identifier }), options),
  );
  const [found] = DBClusters ?? [];
  if (found === undefined) return null;
  return {
    kind: 'Cluster',
    identifier,
    status: found.Status ?? 'unknown',
    source: await writerOf(client, globalClusterIdentifier, found.DBClusterArn, limit),
    instances: (found.DBClusterMembers ?? []).length,
    backupRetentionDays: found.BackupRetentionPeriod ?? null,
    engineVersion: textOrNull(found.EngineVersion),
    kmsKey: textOrNull(found.KmsKeyId),
  };
}

/** ARN of the member that writes, unless it is this one, or this one is no member. */
async function writerOf(
  client: RDSClient,
  globalClusterIdentifier: string | undefined,
  arn: string | undefined,
  limit: AbortSignal,
): Promise<string | null> {
  if (globalClusterIdentifier === undefined) return null;
  const command = new DescribeGlobalClustersCommand({ GlobalClusterIdentifier: globalClusterIdentifier });
  const { GlobalClusters } = await readCall(limit, (options) => client.send(command, options));
  const members = GlobalClusters?.[0]?.GlobalClusterMembers ?? [];
  const isMember = members.some((member) => member.DBClusterArn === arn);
  const writer = members.find((member) => member.IsWriter === true)?.DBClusterArn;
  return !isMember || writer === undefined || writer === arn ? null : writer;
}

function textOrNull(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}
