import { sites } from '../api/site.ts';
import type { HistoryRecord } from '../failover/journal-export.ts';
import type { Plan } from '../failover/plan.ts';
import { PortError } from '../failover/port-error.ts';
import type { AwsClients } from './clients.ts';
import { DynamoDbJournal } from './dynamodb-journal.ts';

/** A plan's finished operations, as far as they can be read. */
export interface PlanHistory {
  /** In the order of epochs, each once. */
  readonly records: readonly HistoryRecord[];
  /** Why a region's part of it is missing. */
  readonly missing: readonly string[];
}

export interface PlanHistoryOptions {
  readonly plan: Plan;
  readonly clients: AwsClients;
  /** The longest that one call may take, milliseconds. */
  readonly callMs: number;
  /** Told of a record that cannot be read. */
  readonly trouble: (message: string) => void;
}

/**
 * Reads the history of both regions' tables: a record stands where the journal lived when its operation ended. A region
 * that is dark hides its part and not the other's.
 */
export async function readPlanHistory({ plan, clients, callMs, trouble }: PlanHistoryOptions): Promise<PlanHistory> {
  const byEpoch = new Map<number, HistoryRecord>();
  const missing: string[] = [];
  await Promise.all(
    sites.map(async (site) => {
      const { region, journalTable: table } = plan.sites[site];
      const journal = new DynamoDbJournal({
        client: clients.dynamoDb(region),
        table,
        plan: plan.name,
        callMs,
        trouble,
      });
      try {
        for (const record of await journal.history()) byEpoch.set(record.epoch, record);
      } catch (error) {
        if (!(error instanceof PortError)) throw error;
        missing.push(`${region}: ${error.message}`);
      }
    }),
  );
  const records = [...byEpoch.values()].sort((one, other) => one.epoch - other.epoch);
  return { records, missing };
}
