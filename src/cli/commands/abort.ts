import type { CommandModule } from 'yargs';
import type { AbortArguments } from '../operator/abort-operation.ts';
import { changeOptions, type OperatorSurroundings } from '../operator/options.ts';

/** `understudy abort NAME`: stops an operation that has not passed its point of no return. */
export function abortCommand(surroundings: OperatorSurroundings): CommandModule<object, AbortArguments> {
  return {
    command: 'abort <name>',
    describe: 'Stop an operation before its point of no return, and give back what it took',
    builder: (command) =>
      changeOptions(
        command.positional('name', {
          describe: 'FailoverPlan whose operation is meant, or the name of a Failover',
          type: 'string',
          demandOption: true,
        }),
      )
        .example('$0 abort trading --wait', 'Stop what is under way on trading, and watch it being undone')
        .epilogue('With --wait, exit code 1 says that it was aborted, 0 that it succeeded after all.'),
    handler: async (given) => {
      const { abortOperation } = await import('../operator/abort-operation.ts');
      await abortOperation(given, surroundings);
    },
  };
}
