import { basename } from 'node:path';
import { commandLine } from './command-line.ts';
import { completedNames } from './completion.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { processTerminal, type Terminal } from './operator/terminal.ts';
import { printError } from './print-error.ts';

/** By this the completion script of yargs asks what could come next. */
const completionFlag = '--get-yargs-completions';

/** The command line was not understood; yargs has the sentence. */
class UsageError extends Error {}

export interface RunCliOptions {
  /** @default the process's own */
  readonly terminal?: Terminal;
}

/**
 * Runs one `understudy` command line.
 *
 * @returns the exit code; everything that a user did wrong ends here as one message, never as a stack trace.
 */
export async function runCli(args: readonly string[], options: RunCliOptions = {}): Promise<number> {
  let exitCode: number = exitCodes.success;
  const scriptName = nameOf(process.argv[1]);
  const parser = commandLine(
    {
      setExitCode: (code) => {
        exitCode = code;
      },
      terminal: options.terminal ?? processTerminal,
    },
    scriptName,
  )
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .fail((message, error) => {
      throw error ?? new UsageError(message);
    });
  try {
    const names = args[0] === completionFlag ? await completedNames(args.slice(1)) : null;
    if (names !== null) {
      console.log(names.join('\n'));
      return exitCodes.success;
    }
    await parser.parseAsync([...args]);
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(
        `${error.message}\n\n${scriptName} --help shows the commands, ${scriptName} COMMAND --help what one takes.`,
      );
      return exitCodes.usage;
    }
    printError(error, { json: args.includes('--json') });
    return exitCodeOf(error);
  }
  return exitCode;
}

/** kubectl finds its plugins by their file's name, and help should show what the user has typed. */
function nameOf(program = ''): string {
  return basename(program).startsWith('kubectl-understudy') ? 'kubectl understudy' : 'understudy';
}
