import { DBSnapshotNotFoundFault, DescribeDBSnapshotsCommand, type RDSClient } from '@aws-sdk/client-rds';
import { PortError } from '../failover/port-error.ts';
import { readCall } from './bounded-call.ts';

/** What an adapter needs to know of a DB snapshot. */
export interface DbSnapshot {
  /** Such as `creating`, `available` or `failed`. */
  readonly status: string;
  /** Identifier of the instance that it was taken of. */
  readonly instance: string;
}

/**
 * Reads one snapshot; `null` if there is none of that name.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBSnapshots.html
 * @throws PortError
 */
export async function describeDbSnapshot(
  client: RDSClient,
  identifier: string,
  limit: AbortSignal,
): Promise<DbSnapshot | null> {
  try {
    const { DBSnapshots } = await readCall(limit, (options) =>
      client.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: identifier }), options),
    );
    const [snapshot] = DBSnapshots ?? [];
    if (snapshot === undefined) return null;
    return { status: snapshot.Status ?? 'unknown', instance: snapshot.DBInstanceIdentifier ?? '' };
  } catch (error) {
    if (error instanceof PortError && error.cause instanceof DBSnapshotNotFoundFault) return null;
    throw error;
  }
}
