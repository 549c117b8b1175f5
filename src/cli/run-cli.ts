import yargs, { type Argv } from 'yargs';
import { demoCommand } from './commands/demo.ts';
import { iamPolicyCommand } from './commands/iam-policy.ts';
import { outputsCommand } from './commands/outputs.ts';
import { renderCommand } from './commands/render.ts';
import { replayCommand } from './commands/replay.ts';
import { simulateCommand } from './commands/simulate.ts';
import { validateCommand } from './commands/validate.ts';
import { exitCodes } from './exit-codes.ts';
import { printError } from './print-error.ts';

/** The command line was not understood; yargs has the sentence. */
class UsageError extends Error {}

/**
 * Runs one `understudy` command line.
 *
 * @returns the exit code; everything that a user did wrong ends here as one message, never as a stack trace.
 */
export async function runCli(args: readonly string[]): Promise<number> {
  let exitCode: number = exitCodes.success;
  const setExitCode = (code: number): void => {
    exitCode = code;
  };
  const parser = commandLine(setExitCode);
  try {
    await parser.parseAsync([...args]);
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(
        `${error.message}\n\nunderstudy --help shows the commands, understudy COMMAND --help what one takes.`,
      );
      return exitCodes.usage;
    }
    printError(error, { json: args.includes('--json') });
    return exitCodes.failure;
  }
  return exitCode;
}

function commandLine(setExitCode: (code: number) => void): Argv {
  return yargs()
    .scriptName('understudy')
    .usage('$0 <command>\n\nA second AWS region that can take over.')
    .command(demoCommand(setExitCode))
    .command(simulateCommand(setExitCode))
    .command(replayCommand(setExitCode))
    .command(validateCommand(setExitCode))
    .command(renderCommand())
    .command(iamPolicyCommand())
    .command(outputsCommand())
    .completion('completion', 'Print a completion script for your shell (bash or zsh)')
    .example('$0 demo', 'Kill a region on this machine and watch the other take over')
    .example('$0 validate app.yaml', 'Check a file, all problems at once')
    .example('$0 render app.yaml', 'See every AWS resource that it makes')
    .example('$0 completion >> ~/.bashrc', 'Complete commands and options with Tab')
    .demandCommand(1, 'No command was given.')
    .strict()
    .recommendCommands()
    .help()
    .alias('help', 'h')
    .version()
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new UsageError(message);
    });
}
