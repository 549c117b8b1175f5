import {
  type DBInstance,
  DBInstanceNotFoundFault,
  DescribeDBInstancesCommand,
  type RDSClient,
} from '@aws-sdk/client-rds';
import { PortError } from '../failover/port-error.ts';
import { readCall } from './bounded-call.ts';

/** What an adapter needs to know of an RDS instance. */
export interface DbInstance {
  /** Such as `available`, `modifying` or `backing-up`. */
  readonly status: string;
  /** Identifier, or for a source in another region the ARN, while it is a replica; otherwise `null`. */
  readonly source: string | null;
  /** RDS still shows a state of replication; blank for an instance that is no replica. */
  readonly showsReplication: boolean;
  readonly backupRetentionDays: number;
  /** `null` until RDS has assigned one. */
  readonly endpoint: { readonly host: string; readonly port: number } | null;
}

/**
 * Reads one instance; `null` if there is none of that name.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBInstances.html
 * @throws PortError
 */
export async function describeDbInstance(
  client: RDSClient,
  identifier: string,
  limit: AbortSignal,
): Promise<DbInstance | null> {
  try {
    const { DBInstances } = await readCall(limit, (options) =>
      client.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier }), options),
    );
    const [instance] = DBInstances ?? [];
    return instance === undefined ? null : instanceOf(instance);
  } catch (error) {
    if (error instanceof PortError && error.cause instanceof DBInstanceNotFoundFault) return null;
    throw error;
  }
}

function instanceOf(instance: DBInstance): DbInstance {
  const { Endpoint: endpoint, ReadReplicaSourceDBInstanceIdentifier: source } = instance;
  return {
    status: instance.DBInstanceStatus ?? 'unknown',
    source: source === undefined || source === '' ? null : source,
    showsReplication: (instance.StatusInfos ?? []).length > 0,
    backupRetentionDays: instance.BackupRetentionPeriod ?? 0,
    endpoint:
      endpoint?.Address === undefined || endpoint.Port === undefined
        ? null
        : { host: endpoint.Address, port: endpoint.Port },
  };
}
