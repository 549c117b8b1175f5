import type { CommandModule } from 'yargs';
import { sites } from '../../api/site.ts';
import type { OperatorSurroundings } from '../operator/options.ts';
import type { StartArguments } from '../operator/start-operation.ts';
import { startOptions } from '../operator/start-options.ts';

/** `understudy failover PLAN`: the standby takes over, whatever the active says. */
export function failoverCommand(surroundings: OperatorSurroundings): CommandModule<object, StartArguments> {
  return {
    command: 'failover <plan>',
    describe: 'Have the standby take over now; writes that have not reached it are lost',
    builder: (command) =>
      startOptions(command)
        .option('to', { describe: 'Site that is to be active. Default: the standby', choices: sites })
        .option('accept-loss', {
          describe: 'Loss to accept without being asked, such as 45s. Default: policy.maxDataLoss of the plan',
          type: 'string',
        })
        .example('$0 failover trading --dry-run', 'What it would do, step by step')
        .example('$0 failover trading --reason "us-east-1 is flooded" --wait', 'Do it, and watch until the end')
        .epilogue(
          'For an active site that is well, `understudy switchover` loses nothing. Without a controller, the Lambda of the standby region does it: the command is printed.',
        ),
    handler: async (given) => {
      const { startOperation } = await import('../operator/start-operation.ts');
      await startOperation('Failover', given, surroundings);
    },
  };
}
