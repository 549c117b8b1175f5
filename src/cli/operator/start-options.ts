import type { Argv } from 'yargs';
import { changeOptions } from './options.ts';

/** What every command that begins an operation takes. */
export function startOptions<T>(command: Argv<T>) {
  return changeOptions(
    command
      .positional('plan', { describe: 'Name of the FailoverPlan', type: 'string', demandOption: true })
      .option('reason', { describe: 'Why, for the record and the notification', type: 'string' })
      .option('dry-run', { describe: 'Say what would be done, and do nothing', type: 'boolean', default: false }),
  );
}
