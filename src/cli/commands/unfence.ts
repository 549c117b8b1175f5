import type { CommandModule } from 'yargs';
import { clusterOptions, type OperatorSurroundings } from '../operator/options.ts';
import type { UnfenceArguments } from '../operator/unfence-plan.ts';

/** `understudy unfence PLAN`: what nobody can give back any more, since the journal is gone. */
export function unfenceCommand(surroundings: OperatorSurroundings): CommandModule<object, UnfenceArguments> {
  return {
    command: 'unfence <plan>',
    describe: 'Give a fenced active site its traffic back, where the journal died with the standby',
    builder: (command) =>
      clusterOptions(command)
        .positional('plan', { describe: 'Name of the FailoverPlan', type: 'string', demandOption: true })
        .option('term', {
          describe: 'Activation term of the site, N of open/N. Default: what its health checks look for',
          type: 'number',
        })
        .option('dry-run', {
          describe: 'Look, say what would be done, and do nothing',
          type: 'boolean',
          default: false,
        })
        .option('yes', { alias: 'y', describe: 'Do not ask', type: 'boolean', default: false })
        .example('$0 unfence trading --dry-run', 'What can be seen of the switchover, and what would be given back')
        .example('$0 unfence trading', 'Ask, and give it back')
        .epilogue(
          "For a switchover that was under way when the standby's region died. It refuses while a takeover marker or an intent can be seen, and while the journal answers: then `understudy abort`. It works on AWS with your credentials: dynamodb:GetItem, s3:GetObject and s3:ListBucket in every region of the plan, s3:PutObject, ec2:DescribeNetworkAcls and ec2:DeleteNetworkAclEntry in the active one.",
        ),
    handler: async (given) => {
      const { unfencePlan } = await import('../operator/unfence-plan.ts');
      await unfencePlan(given, surroundings);
    },
  };
}
