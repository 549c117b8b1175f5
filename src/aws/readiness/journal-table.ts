import {
  DescribeContinuousBackupsCommand,
  type DynamoDBClient,
  TableNotFoundException,
} from '@aws-sdk/client-dynamodb';
import { PortError } from '../../failover/port-error.ts';
import type { JournalTableFacts } from '../../failover/readiness/facts.ts';
import { readCall } from '../bounded-call.ts';

/**
 * Whether the journal's table can be restored to a point in time; `null` if there is no such table.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeContinuousBackups.html
 * @throws PortError
 */
export async function journalTableFacts(
  client: DynamoDBClient,
  table: string,
  limit: AbortSignal,
): Promise<JournalTableFacts | null> {
  try {
    const { ContinuousBackupsDescription: backups } = await readCall(limit, (options) =>
      client.send(new DescribeContinuousBackupsCommand({ TableName: table }), options),
    );
    return {
      isRecoverable: backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === 'ENABLED',
    };
  } catch (error) {
    if (error instanceof PortError && error.cause instanceof TableNotFoundException) return null;
    throw error;
  }
}
