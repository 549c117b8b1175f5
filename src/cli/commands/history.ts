import type { CommandModule } from 'yargs';
import { clusterOptions } from '../operator/options.ts';
import type { HistoryArguments } from '../operator/show-history.ts';

/** `understudy history PLAN`: what was done, by whom, and what it took. */
export function historyCommand(): CommandModule<object, HistoryArguments> {
  return {
    command: 'history <plan>',
    describe: 'Show the operations of a plan, or export its journal',
    builder: (command) =>
      clusterOptions(command)
        .positional('plan', { describe: 'Name of the FailoverPlan', type: 'string', demandOption: true })
        .option('export', {
          describe: 'Write journal and history to this file, from the tables in AWS, with your credentials',
          type: 'string',
        })
        .example('$0 history trading', 'Times, actors, measured RTO and RPO')
        .example(
          '$0 history trading --export journal.json && $0 replay journal.json',
          "The same operations through today's engine",
        )
        .epilogue('The export needs dynamodb:GetItem and dynamodb:Query on the journal tables of both regions.'),
    handler: async (given) => {
      const { showHistory } = await import('../operator/show-history.ts');
      await showHistory(given);
    },
  };
}
