import type { CommandModule } from 'yargs';
import type { OperatorSurroundings } from '../operator/options.ts';
import type { StartArguments } from '../operator/start-operation.ts';
import { startOptions } from '../operator/start-options.ts';

/** `understudy drill PLAN`: a rehearsal. */
export function drillCommand(surroundings: OperatorSurroundings): CommandModule<object, StartArguments> {
  return {
    command: 'drill <plan>',
    describe: 'Rehearse a failover on a disposable copy; production is not touched',
    builder: (command) =>
      startOptions(command).example(
        '$0 drill trading --yes --wait --timeout 3h',
        'From a scheduled job; the exit code tells how it went',
      ),
    handler: async (given) => {
      const { startOperation } = await import('../operator/start-operation.ts');
      await startOperation('Drill', given, surroundings);
    },
  };
}
