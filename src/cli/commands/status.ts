import type { CommandModule } from 'yargs';
import { clusterOptions, type OperatorSurroundings } from '../operator/options.ts';
import type { StatusArguments } from '../operator/show-status.ts';

/** `understudy status [PLAN]`: are we safe? */
export function statusCommand(surroundings: OperatorSurroundings): CommandModule<object, StatusArguments> {
  return {
    command: 'status [plan]',
    describe: 'Show whether applications are safe: all of them in a table, or one in detail',
    builder: (command) =>
      clusterOptions(command)
        .positional('plan', { describe: 'Name of a FailoverPlan', type: 'string' })
        .option('all-namespaces', { alias: 'A', describe: 'Plans of all namespaces', type: 'boolean', default: false })
        .option('watch', {
          alias: 'w',
          describe: 'Go on showing it until Ctrl-C; with --json a line for each change',
          type: 'boolean',
          default: false,
        })
        .example('$0 status -A', 'Every plan of the cluster, the worst first')
        .example('$0 status trading --watch', 'One plan, with the steps of its operation as they happen'),
    handler: async (given) => {
      const { showStatus } = await import('../operator/show-status.ts');
      await showStatus(given, surroundings);
    },
  };
}
