import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import { type Site, sites } from '../../api/site.ts';
import type { AwsClients } from '../../aws/clients.ts';
import { DynamoDbJournal } from '../../aws/dynamodb-journal.ts';
import { parseDocument } from '../../aws/journal-document.ts';
import type { Journal } from '../../failover/journal.ts';
import { createMovableJournal } from '../../failover/movable-journal.ts';
import type { Observation } from '../../failover/observation.ts';
import { operationSchema } from '../../failover/operation.ts';
import { JournalConflict } from '../../failover/port-error.ts';
import type { World } from '../world/world.ts';

const finishedSchema = operationSchema.extend({
  outcome: z.enum(['Succeeded', 'Aborted']),
  completedAtMs: z.number(),
});

/** An operation that has ended, as the history keeps it. */
export type FinishedOperation = z.infer<typeof finishedSchema>;

/** The journal, as a person at a keyboard outside both regions reads and writes it. */
export interface JournalDesk {
  /** @throws PortError while its table is out of reach. */
  read(): Promise<Journal>;
  observations(): Promise<readonly Observation[]>;
  /** A person's word, written by compare-and-set like everyone's. @param change of `src/failover/person.ts`. */
  write(change: (journal: Journal) => Journal): Promise<void>;
  /** Operations that have ended, the oldest first; those in a table that answers. */
  history(): Promise<readonly FinishedOperation[]>;
}

const callMs = 5_000;

export function openJournalDesk({ plan }: World, clients: AwsClients): JournalDesk {
  const { name } = plan.metadata;
  const tableOf = (site: Site): DynamoDbJournal => {
    const { region, journalTable } = plan.spec.sites[site];
    const client = clients.dynamoDb(region);
    return new DynamoDbJournal({ client, table: journalTable, plan: name, callMs, trouble: () => undefined });
  };
  const journal = createMovableJournal({ primary: tableOf('primary'), secondary: tableOf('secondary') });

  async function read(): Promise<Journal> {
    const found = await journal.read();
    if (found === null) throw new Error(`plan ${name} has no journal`);
    return found;
  }

  async function historyAt(site: Site): Promise<FinishedOperation[]> {
    const { region, journalTable } = plan.spec.sites[site];
    const query = new QueryCommand({
      TableName: journalTable,
      ConsistentRead: true,
      KeyConditionExpression: '#plan = :plan AND begins_with(#item, :prefix)',
      ExpressionAttributeNames: { '#plan': 'plan', '#item': 'item' },
      ExpressionAttributeValues: { ':plan': { S: name }, ':prefix': { S: 'operation#' } },
    });
    const { Items = [] } = await clients.dynamoDb(region).send(query, { abortSignal: AbortSignal.timeout(callMs) });
    return Items.map(({ document }) => parseDocument(document?.S, finishedSchema, `the history in ${journalTable}`));
  }

  return {
    read,
    observations: () => journal.observations(),
    async write(change) {
      for (;;) {
        const found = await read();
        try {
          return await journal.write({ ...change(found), version: found.version + 1 });
        } catch (error) {
          if (!(error instanceof JournalConflict)) throw error;
        }
      }
    },
    async history() {
      const found = await Promise.all(sites.map((site) => historyAt(site).catch(() => [])));
      return found.flat().sort((one, other) => one.epoch - other.epoch);
    },
  };
}
