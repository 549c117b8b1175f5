import type { CommandModule } from 'yargs';
import { controllerPolicy } from '../../../compositions/permissions/controller-policy.ts';
import { loadApp } from '../load-app.ts';

interface IamPolicyArguments {
  readonly file: string;
}

/** `understudy iam-policy FILE`: what the controller's role must be allowed to do. */
export function iamPolicyCommand(): CommandModule<object, IamPolicyArguments> {
  return {
    command: 'iam-policy <file>',
    describe: "Print the IAM policy of the controller's role for an application",
    builder: (command) =>
      command
        .positional('file', { describe: 'File with a MultiRegionApp', type: 'string', demandOption: true })
        .example(
          '$0 iam-policy app.yaml > policy.json',
          'For aws iam put-role-policy --policy-document file://policy.json',
        ),
    handler: async ({ file }) => {
      console.log(JSON.stringify(controllerPolicy(await loadApp(file)), null, 2));
    },
  };
}
