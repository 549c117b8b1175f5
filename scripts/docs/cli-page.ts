import { commandLine, commandNames } from '../../src/cli/command-line.ts';
import { exitCodes } from '../../src/cli/exit-codes.ts';
import { processTerminal } from '../../src/cli/operator/terminal.ts';

/** Reference page of the command line: each command's own help, and what its exit code says. */
export async function cliPage(): Promise<string> {
  const sections: string[] = [];
  for (const name of commandNames) sections.push(`## ${name}`, `\`\`\`\n${await helpOf(name)}\n\`\`\``);
  return [
    '# The command line',
    '`npx understudy COMMAND`, or with `kubectl-understudy` in the PATH (`npm link` puts it there) `kubectl understudy COMMAND`. Commands that work on the cluster take the kubeconfig, context and namespace that kubectl takes.',
    'Commands that change something show what they will do and ask; `--yes` does not ask, and where there is no terminal it is needed. What is printed for people goes to standard error where standard output is for programs.',
    '## Exit codes',
    ['| Code | Says |', '| --- | --- |', ...exitCodeRows()].join('\n'),
    ...sections,
  ]
    .join('\n\n')
    .concat('\n');
}

const meanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  success: 'It went well: with `--wait`, the operation succeeded.',
  failure:
    'It ran, and the answer is no: the operation failed or was aborted, the person said no, the cluster refused, a file has problems.',
  usage: 'The command line is wrong, or the command would have to ask and there is no terminal.',
  waitsForPerson:
    'With `--wait`: the operation waits for consent, or for something to be settled by hand. The last line says what to do.',
  timedOut: '`--timeout` went by, or no controller answered a `--dry-run`. The operation goes on.',
  interrupted: 'Ctrl-C. An operation that was being watched goes on.',
};

function exitCodeRows(): string[] {
  return Object.entries(exitCodes).map(([name, code]) => `| ${code} | ${meanings[name as keyof typeof exitCodes]} |`);
}

async function helpOf(name: string): Promise<string> {
  const surroundings = { setExitCode: () => undefined, terminal: processTerminal };
  let help = '';
  await commandLine(surroundings, 'understudy')
    .wrap(100)
    .parseAsync([name, '--help'], {}, (_error, _argv, output) => {
      help = output;
    });
  return help.trimEnd();
}
