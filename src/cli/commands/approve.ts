import type { CommandModule } from 'yargs';
import type { ApproveArguments } from '../operator/approve-loss.ts';
import { changeOptions, type OperatorSurroundings } from '../operator/options.ts';

/** `understudy approve NAME --accept-loss 45s`: a person's word that so much may be lost. */
export function approveCommand(surroundings: OperatorSurroundings): CommandModule<object, ApproveArguments> {
  return {
    command: 'approve <name>',
    describe: 'Accept the loss of a failover that waits for consent',
    builder: (command) =>
      changeOptions(
        command.positional('name', {
          describe: 'FailoverPlan whose failover is meant, or the name of a Failover',
          type: 'string',
          demandOption: true,
        }),
      )
        .option('accept-loss', {
          describe:
            'Loss to accept, such as 45s: at least the measured one, which understudy status shows; `any` where nobody knows it',
          type: 'string',
          demandOption: true,
        })
        .example('$0 approve trading --accept-loss 45s --wait', 'Go on, losing at most 45 s of writes'),
    handler: async (given) => {
      const { approveLoss } = await import('../operator/approve-loss.ts');
      await approveLoss(given, surroundings);
    },
  };
}
