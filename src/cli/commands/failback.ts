import type { CommandModule } from 'yargs';
import type { OperatorSurroundings } from '../operator/options.ts';
import type { StartArguments } from '../operator/start-operation.ts';
import { startOptions } from '../operator/start-options.ts';

/** `understudy failback PLAN`: home to the designated primary. */
export function failbackCommand(surroundings: OperatorSurroundings): CommandModule<object, StartArguments> {
  return {
    command: 'failback <plan>',
    describe: 'Bring the application back to its primary site, without losing a write',
    builder: (command) =>
      startOptions(command).example('$0 failback trading --wait', 'Rebuild the primary where needed, then switch over'),
    handler: async (given) => {
      const { startOperation } = await import('../operator/start-operation.ts');
      await startOperation('Failback', given, surroundings);
    },
  };
}
