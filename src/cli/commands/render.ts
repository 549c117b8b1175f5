import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { CommandModule } from 'yargs';
import type { JsonObject } from '../../render/json.ts';
import { colorsFor } from '../colors.ts';
import { loadApp } from '../load-app.ts';
import { awsNameOf, regionOf } from '../render/aws-name.ts';
import { type RenderedComposite, renderApp } from '../render/render-app.ts';

const colors = colorsFor(process.stdout);

interface RenderArguments {
  readonly file: string;
  readonly output: string | undefined;
  readonly json: boolean | undefined;
}

/** `understudy render FILE`: every AWS resource of an application, without a cluster. */
export function renderCommand(): CommandModule<object, RenderArguments> {
  return {
    command: 'render <file>',
    describe: 'Show every AWS resource of an application, without a cluster',
    builder: (command) =>
      command
        .positional('file', { describe: 'File with a MultiRegionApp', type: 'string', demandOption: true })
        .option('output', { alias: 'o', describe: 'Write the resources as YAML into this folder', type: 'string' })
        .option('json', { describe: 'Print the resources as JSON', type: 'boolean' })
        .conflicts('output', 'json')
        .epilogue(
          'The resources are those after a first install: the primary is active. What only AWS knows stands in angle brackets.',
        )
        .example('$0 render app.yaml', 'A table of kinds and AWS names')
        .example('$0 render app.yaml -o out', 'One YAML file for each site, and one for what they share'),
    handler: async ({ file, output, json }) => {
      const composites = renderApp(await loadApp(file));
      if (json === true) {
        console.log(JSON.stringify(composites.flatMap(described), null, 2));
      } else if (output === undefined) {
        console.log(composites.map(table).join('\n\n'));
      } else {
        await write(composites, output);
      }
    },
  };
}

function described({ name, resources }: RenderedComposite) {
  return resources.map((resource) => ({
    composite: name,
    awsName: awsNameOf(resource) ?? null,
    region: regionOf(resource) ?? null,
    resource,
  }));
}

function table({ name, kind, resources, awaited }: RenderedComposite): string {
  const rows = resources.map((resource) => [
    `${resource.kind} (${String(resource.apiVersion).split('.')[0]})`,
    regionOf(resource) ?? 'global',
    awsNameOf(resource) ?? '-',
    String((resource.metadata as JsonObject).name),
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const title = `${kind} ${name}: ${resources.length} resources`;
  const waiting = awaited.length === 0 ? [] : [colors.dim(`More when there is: ${awaited.join(', ')}`)];
  return [colors.bold(title), ...lines, ...waiting].join('\n');
}

async function write(composites: readonly RenderedComposite[], folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { name, resources } of composites) {
    const path = join(folder, `${name}.yaml`);
    await writeFile(path, resources.map((resource) => stringify(resource)).join('---\n'));
    console.log(`${colors.green('wrote')}  ${path}  ${resources.length} resources`);
  }
}
