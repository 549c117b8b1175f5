import type { CommandModule } from 'yargs';
import { load } from '../../api/load.ts';
import { formatProblems, hasErrors } from '../../api/problems.ts';
import { readFiles } from '../../api/read-files.ts';
import { colorsFor } from '../colors.ts';
import { exitCodes } from '../exit-codes.ts';

const colors = colorsFor(process.stdout);

interface ValidateArguments {
  readonly files: string[];
  readonly json: boolean;
}

/** `understudy validate FILE...`: every problem of every file, at once. */
export function validateCommand(setExitCode: (code: number) => void): CommandModule<object, ValidateArguments> {
  return {
    command: 'validate <files..>',
    describe: 'Check files and folders, all problems at once',
    builder: (command) =>
      command
        .positional('files', {
          describe: 'Files, or folders of .yaml files',
          type: 'string',
          array: true,
          demandOption: true,
        })
        .option('json', { describe: 'Print problems as JSON', type: 'boolean', default: false })
        .example('$0 validate app.yaml', 'One file')
        .example('$0 validate apps/ --json', 'All files of a folder, for a program'),
    handler: async ({ files, json }) => {
      const read = await readFiles(files);
      const loaded = load(read.files);
      const problems = [...read.problems, ...loaded.problems];
      setExitCode(hasErrors(problems) ? exitCodes.failure : exitCodes.success);
      if (json) {
        const objects = loaded.objects.map(({ file, line, object }) => ({
          file,
          line,
          kind: object.kind,
          name: object.metadata.name,
        }));
        console.log(JSON.stringify({ problems, objects }, null, 2));
        return;
      }
      if (problems.length > 0) console.log(formatProblems(problems));
      if (hasErrors(problems)) return;
      for (const { file, object } of loaded.objects) {
        console.log(`${colors.green('ok')}  ${file}  ${object.kind} ${object.metadata.name}`);
      }
    },
  };
}
