import { Cluster } from '../cluster/cluster.ts';
import { colorsFor } from '../colors.ts';
import { findPlan, operationsOf } from './find-plan.ts';
import { historyTable } from './history-view.ts';
import type { ClusterArguments } from './options.ts';

export interface HistoryArguments extends ClusterArguments {
  readonly plan: string;
  readonly export: string | undefined;
}

/** Prints the operations of a plan, or exports its journal. */
export async function showHistory(given: HistoryArguments): Promise<void> {
  const cluster = Cluster.open(given);
  const plan = await findPlan(cluster, given.plan);
  if (given.export !== undefined) {
    // The AWS SDK is loaded here, so that no other command waits for it.
    const { readJournalExport, writeExport } = await import('../operator/export-history.ts');
    const journalExport = await readJournalExport(plan, (message) => console.error(`warning  ${message}`));
    await writeExport(given.export, journalExport);
    const count = journalExport.history.length;
    console.log(
      given.json
        ? JSON.stringify({ file: given.export, operations: count })
        : `wrote  ${given.export}  ${count} finished operation${count === 1 ? '' : 's'}`,
    );
    return;
  }
  const operations = await operationsOf(cluster, plan);
  if (given.json) {
    console.log(JSON.stringify(operations, null, 2));
  } else if (operations.length === 0) {
    console.log(
      `Nothing has been done to ${plan.metadata.name} yet. understudy drill ${plan.metadata.name} rehearses.`,
    );
  } else {
    console.log(historyTable(operations, colorsFor(process.stdout)).join('\n'));
  }
}
