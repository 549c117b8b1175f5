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
  readonly arn: string;
  /** Such as `available`, `modifying` or `backing-up`. */
  readonly status: string;
  /** Identifier, or for a source in another region the ARN, while it is a replica; otherwise `null`. */
  readonly source: string | null;
  /** RDS still shows a state of replication; blank for an instance that is no replica. */
  readonly showsReplication: boolean;
  readonly backupRetentionDays: number;
  readonly deletionProtection: boolean;
  /** `null` until RDS has assigned one. */
  readonly endpoint: { readonly host: string; readonly port: number } | null;
  /** All that RDS says of it. */
  readonly raw: DBInstance;
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

/**
 * Reads many instances of the region, by their identifiers in lower case; those that there are none of are left out. RDS
 * allows it only to whoever may describe `db:*`, since the request names no single instance.
 *
 * @throws PortError
 */
export async function describeDbInstances(
  client: RDSClient,
  identifiers: readonly string[],
  limit: AbortSignal,
): Promise<ReadonlyMap<string, DbInstance>> {
  const found = new Map<string, DbInstance>();
  let after: string | undefined;
  do {
    const start = after === undefined ? {} : { Marker: after };
    const { DBInstances = [], Marker } = await readCall(limit, (options) =>
      client.send(
        new DescribeDBInstancesCommand({
          Filters: [{ Name: 'db-instance-id', Values: [...identifiers] }],
          MaxRecords: pageSize,
          ...start,
        }),
        options,
      ),
    );
    for (const instance of DBInstances) {
      found.set(instance.DBInstanceIdentifier?.toLowerCase() ?? '', instanceOf(instance));
    }
    after = Marker === '' ? undefined : Marker;
  } while (after !== undefined);
  return found;
}

/** The largest. */
const pageSize = 100;

/** RDS names a replica's source by identifier in the source's own region, and by ARN in another. */
export function isReplicaOf(instance: DbInstance, source: DbInstance): boolean {
  if (instance.source === null) return false;
  if (instance.source === source.arn) return true;
  return instance.source === source.raw.DBInstanceIdentifier && regionOfArn(instance.arn) === regionOfArn(source.arn);
}

/** `us-east-1` of `arn:aws:rds:us-east-1:111122223333:db:trading-db`. */
export function regionOfArn(arn: string): string | undefined {
  return arn.split(':')[3];
}

function instanceOf(instance: DBInstance): DbInstance {
  const { Endpoint: endpoint, ReadReplicaSourceDBInstanceIdentifier: source } = instance;
  return {
    arn: instance.DBInstanceArn ?? '',
    status: instance.DBInstanceStatus ?? 'unknown',
    source: source === undefined || source === '' ? null : source,
    showsReplication: (instance.StatusInfos ?? []).length > 0,
    backupRetentionDays: instance.BackupRetentionPeriod ?? 0,
    deletionProtection: instance.DeletionProtection ?? false,
    endpoint:
      endpoint?.Address === undefined || endpoint.Port === undefined
        ? null
        : { host: endpoint.Address, port: endpoint.Port },
    raw: instance,
  };
}
