import type { CommandModule } from 'yargs';
import { sites } from '../../api/site.ts';
import type { OperatorSurroundings } from '../operator/options.ts';
import type { StartArguments } from '../operator/start-operation.ts';
import { startOptions } from '../operator/start-options.ts';

/** `understudy switchover PLAN`: the standby takes over, and nothing is lost. */
export function switchoverCommand(surroundings: OperatorSurroundings): CommandModule<object, StartArguments> {
  return {
    command: 'switchover <plan>',
    describe: 'Have the standby take over without losing a write, while both sites are well',
    builder: (command) =>
      startOptions(command)
        .option('to', { describe: 'Site that is to be active. Default: the standby', choices: sites })
        .example('$0 switchover trading --wait', 'Ask, do it, and watch until the end'),
    handler: async (given) => {
      const { startOperation } = await import('../operator/start-operation.ts');
      await startOperation('Switchover', given, surroundings);
    },
  };
}
