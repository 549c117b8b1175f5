import type { CommandModule } from 'yargs';
import { colorsFor } from '../colors.ts';
import { explainedKinds } from '../explain/explained-kinds.ts';
import { type FoundExplanation, findExplanations } from '../explain/find-explanations.ts';
import { columns } from '../operator/texts.ts';

interface ExplainArguments {
  readonly name: string | undefined;
  readonly json: boolean;
}

const colors = colorsFor(process.stdout);

/** `understudy explain NAME`: what a word means that a message, a status or an event used. */
export function explainCommand(): CommandModule<object, ExplainArguments> {
  return {
    command: 'explain [name]',
    describe: 'Explain an error code, finding, hold, phase, condition, event or step',
    builder: (command) =>
      command
        .positional('name', { describe: 'Such as US3001, StandbyBackingUp or promote', type: 'string' })
        .option('json', { describe: 'Print it as JSON', type: 'boolean', default: false })
        .example('$0 explain', 'Everything that can be explained')
        .example('$0 explain NoMajority', 'What holds a failover up, and what to do about it'),
    handler: ({ name, json }) => {
      if (name === undefined) {
        console.log(json ? JSON.stringify(explainedKinds, null, 2) : explainedKinds.map(kindLines).join('\n\n'));
        return;
      }
      const found = findExplanations(name);
      console.log(json ? JSON.stringify(found, null, 2) : found.map(explanationText).join('\n\n'));
    },
  };
}

function kindLines({ kind, where, entries }: (typeof explainedKinds)[number]): string {
  const rows = Object.entries(entries).map(([name, { means }]) => [`  ${name}`, firstSentence(means)]);
  return [`${colors.bold(kind)}  ${colors.dim(where)}`, ...columns(rows)].join('\n');
}

function firstSentence(text: string): string {
  return /^.*?\.(?=\s|$)/.exec(text)?.[0] ?? text;
}

function explanationText({ kind, name, means, todo }: FoundExplanation): string {
  return [
    `${colors.bold(name)}  ${colors.dim(kind)}`,
    ...means.split('\n').map((line) => `  ${line}`),
    `  ${colors.dim('what to do')}  ${todo ?? 'nothing'}`,
  ].join('\n');
}
