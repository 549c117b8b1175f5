import yargs, { type Argv } from 'yargs';
import { abortCommand } from './commands/abort.ts';
import { approveCommand } from './commands/approve.ts';
import { demoCommand } from './commands/demo.ts';
import { drillCommand } from './commands/drill.ts';
import { explainCommand } from './commands/explain.ts';
import { failbackCommand } from './commands/failback.ts';
import { failoverCommand } from './commands/failover.ts';
import { historyCommand } from './commands/history.ts';
import { iamPolicyCommand } from './commands/iam-policy.ts';
import { outputsCommand } from './commands/outputs.ts';
import { renderCommand } from './commands/render.ts';
import { replayCommand } from './commands/replay.ts';
import { reprotectCommand } from './commands/reprotect.ts';
import { simulateCommand } from './commands/simulate.ts';
import { statusCommand } from './commands/status.ts';
import { switchoverCommand } from './commands/switchover.ts';
import { unfenceCommand } from './commands/unfence.ts';
import { validateCommand } from './commands/validate.ts';
import type { OperatorSurroundings } from './operator/options.ts';

/** Every command, in the order of the help and of docs/reference/cli.md: an outage first. */
export const commandNames = [
  'status',
  'failover',
  'switchover',
  'approve',
  'abort',
  'reprotect',
  'failback',
  'drill',
  'unfence',
  'history',
  'explain',
  'validate',
  'render',
  'outputs',
  'iam-policy',
  'demo',
  'simulate',
  'replay',
] as const;

/**
 * The command line as yargs has it, with no word on errors and output: that is whoever parses with it's to say.
 *
 * @param scriptName what the user has typed: `understudy`, or `kubectl understudy` as a plugin.
 */
export function commandLine(surroundings: OperatorSurroundings, scriptName: string): Argv {
  const { setExitCode } = surroundings;
  return yargs()
    .scriptName(scriptName)
    .usage('$0 <command>\n\nA second AWS region that can take over.')
    .command(statusCommand(surroundings))
    .command(failoverCommand(surroundings))
    .command(switchoverCommand(surroundings))
    .command(approveCommand(surroundings))
    .command(abortCommand(surroundings))
    .command(reprotectCommand(surroundings))
    .command(failbackCommand(surroundings))
    .command(drillCommand(surroundings))
    .command(unfenceCommand(surroundings))
    .command(historyCommand())
    .command(explainCommand())
    .command(validateCommand(setExitCode))
    .command(renderCommand())
    .command(outputsCommand())
    .command(iamPolicyCommand())
    .command(demoCommand(setExitCode))
    .command(simulateCommand(setExitCode))
    .command(replayCommand(setExitCode))
    .completion('completion', 'Print a completion script for your shell (bash or zsh)')
    .example('$0 status -A', 'Are we safe?')
    .example('$0 failover trading --wait', 'Have the standby of trading take over, and watch')
    .example('$0 demo', 'Kill a region on this machine and watch the other take over')
    .example('$0 validate app.yaml', 'Check a file, all problems at once')
    .example('$0 completion >> ~/.bashrc', 'Complete commands, options and names of plans with Tab')
    .demandCommand(1, 'No command was given.')
    .strict()
    .recommendCommands()
    .help()
    .alias('help', 'h')
    .version()
    .exitProcess(false);
}
