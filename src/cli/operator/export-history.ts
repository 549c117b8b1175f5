import { writeFile } from 'node:fs/promises';
import { UnderstudyError } from '../../api/errors.ts';
import { failoverPlanSchema } from '../../api/failover-plan.ts';
import { apiVersion } from '../../api/object-meta.ts';
import { type Site, sites } from '../../api/site.ts';
import { AwsClients } from '../../aws/clients.ts';
import { DynamoDbJournal } from '../../aws/dynamodb-journal.ts';
import type { Journal } from '../../failover/journal.ts';
import type { HistoryRecord, JournalExport } from '../../failover/journal-export.ts';
import { PortError } from '../../failover/port-error.ts';
import type { PlanObject } from '../cluster/objects.ts';

/** How long one call to DynamoDB may take, milliseconds. */
const callMs = 10_000;

/** What one region's table has of a plan. */
interface TableContent {
  readonly site: Site;
  readonly journal: Journal | null;
  readonly history: readonly HistoryRecord[];
}

/**
 * All that both regions' tables have of a plan, read with the caller's AWS credentials and changing nothing. Each table
 * has the operations that ended while the journal lived in it.
 *
 * @param warn is told what is missing: a region that is dark must not keep anybody from the other's record.
 * @throws UnderstudyError US2009 where no journal can be had.
 */
export async function readJournalExport(plan: PlanObject, warn: (message: string) => void): Promise<JournalExport> {
  const clients = new AwsClients({ actor: 'cli', callMs });
  try {
    const found: TableContent[] = [];
    const failures: string[] = [];
    for (const site of sites) {
      try {
        found.push(await readTable(clients, plan, site, warn));
      } catch (error) {
        if (!(error instanceof PortError)) throw error;
        const { journalTable, region } = plan.spec.sites[site];
        failures.push(`${journalTable} in ${region}: ${error.message}`);
      }
    }
    const journal = latestOf(found);
    if (journal === null) throw noJournal(plan, failures);
    for (const failure of failures) warn(`${failure}; operations that only this table has are missing`);
    return {
      plan: failoverPlanSchema.parse({
        apiVersion,
        kind: 'FailoverPlan',
        metadata: { name: plan.metadata.name, namespace: plan.metadata.namespace },
        spec: plan.spec,
      }),
      journal,
      history: found.flatMap(({ history }) => history).sort((one, other) => one.epoch - other.epoch),
    };
  } finally {
    clients.close();
  }
}

/** @throws UnderstudyError US1025 if the file cannot be written. */
export async function writeExport(file: string, journalExport: JournalExport): Promise<void> {
  try {
    await writeFile(file, `${JSON.stringify(journalExport, null, 2)}\n`);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UnderstudyError('US1025', `--export ${file} cannot be written: ${reason}`, {
      cause,
      remedy: 'Name a file in a folder that exists and that you may write to.',
    });
  }
}

async function readTable(
  clients: AwsClients,
  { metadata, spec }: PlanObject,
  site: Site,
  trouble: (message: string) => void,
): Promise<TableContent> {
  const { region, journalTable: table } = spec.sites[site];
  const journal = new DynamoDbJournal({
    client: clients.dynamoDb(region),
    table,
    plan: metadata.name,
    callMs,
    trouble,
  });
  return { site, journal: await journal.read(), history: await journal.history() };
}

/** The live one stands in the table of its home; of two that have moved on, the later. */
function latestOf(found: readonly TableContent[]): Journal | null {
  const live = found.find(({ site, journal }) => journal?.home === site);
  if (live !== undefined) return live.journal;
  const closed = found.flatMap(({ journal }) => (journal === null ? [] : [journal]));
  return closed.sort((one, other) => other.version - one.version)[0] ?? null;
}

function noJournal({ metadata }: PlanObject, failures: readonly string[]): UnderstudyError {
  return failures.length === 0
    ? new UnderstudyError('US2009', `${metadata.name} has no journal yet: no controller has worked on it`, {
        remedy: 'Let the controller run; see whether it does with understudy status.',
      })
    : new UnderstudyError('US2009', failures.join('; '));
}
