import type { CommandModule } from 'yargs';
import { colorsFor } from '../colors.ts';
import { loadApp } from '../load-app.ts';
import { type Outputs, readOutputs } from '../outputs/app-outputs.ts';

const colors = colorsFor(process.stdout);

interface OutputsArguments {
  readonly file: string;
  readonly json: boolean;
}

/** `understudy outputs FILE`: ids, ARNs and addresses that AWS gave an application's resources. */
export function outputsCommand(): CommandModule<object, OutputsArguments> {
  return {
    command: 'outputs <file>',
    describe: "Show ids, ARNs and addresses of an application's resources, from the cluster",
    builder: (command) =>
      command
        .positional('file', { describe: 'File with a MultiRegionApp', type: 'string', demandOption: true })
        .option('json', { describe: 'Print them as JSON', type: 'boolean', default: false })
        .epilogue('The cluster is the one that kubectl asks: KUBECONFIG, and its current context.')
        .example('$0 outputs app.yaml', 'Both sites, and what they share'),
    handler: async ({ file, json }) => {
      const app = await loadApp(file);
      // The client of the API is loaded here, so that no other command waits for it.
      const { objectReader } = await import('../outputs/read-object.ts');
      const outputs = await readOutputs(app, objectReader(app.metadata.namespace));
      console.log(json ? JSON.stringify(outputs, null, 2) : outputs.map(table).join('\n\n'));
    },
  };
}

function table({ kind, name, values }: Outputs): string {
  const entries = Object.entries(values);
  const width = Math.max(0, ...entries.map(([path]) => path.length));
  const lines = entries.map(([path, value]) => `${path.padEnd(width)}  ${value}`);
  const nothing = lines.length === 0 ? [colors.dim('nothing yet: it has not been built')] : [];
  return [colors.bold(`${kind} ${name}`), ...lines, ...nothing].join('\n');
}
