import type { CommandModule } from 'yargs';
import type { OperatorSurroundings } from '../operator/options.ts';
import type { StartArguments } from '../operator/start-operation.ts';
import { startOptions } from '../operator/start-options.ts';

/** `understudy reprotect PLAN`: a standby for what has taken over. */
export function reprotectCommand(surroundings: OperatorSurroundings): CommandModule<object, StartArguments> {
  return {
    command: 'reprotect <plan>',
    describe: 'Rebuild the standby at the former active site, after a failover',
    builder: (command) =>
      startOptions(command).example('$0 reprotect trading', 'Ask, and begin; it can take hours for a large database'),
    handler: async (given) => {
      const { startOperation } = await import('../operator/start-operation.ts');
      await startOperation('Reprotect', given, surroundings);
    },
  };
}
