import type { Argv } from 'yargs';
import { durationMs, durationSchema } from '../../api/duration.ts';
import { UnderstudyError } from '../../api/errors.ts';
import type { ClusterChoice } from '../cluster/kubeconfig.ts';
import type { Terminal } from './terminal.ts';

/** What every command that works on the cluster is given. */
export interface OperatorSurroundings {
  readonly setExitCode: (code: number) => void;
  readonly terminal: Terminal;
}

export interface ClusterArguments extends ClusterChoice {
  readonly json: boolean;
}

/** Which cluster, as kubectl asks for it. */
export function clusterOptions<T>(command: Argv<T>) {
  return command
    .option('namespace', { alias: 'n', describe: "Namespace of the plan. Default: the context's", type: 'string' })
    .option('context', { describe: 'Context of the kubeconfig', type: 'string' })
    .option('kubeconfig', { describe: 'Kubeconfig file. Default: KUBECONFIG, or ~/.kube/config', type: 'string' })
    .option('json', { describe: 'Print the result as JSON, and nothing else', type: 'boolean', default: false });
}

export interface ChangeArguments extends ClusterArguments {
  readonly yes: boolean;
  readonly wait: boolean;
  readonly timeout: string | undefined;
}

/** Of commands that change something: to be asked, and to see it through. */
export function changeOptions<T>(command: Argv<T>) {
  return clusterOptions(command)
    .option('yes', { alias: 'y', describe: 'Do not ask', type: 'boolean', default: false })
    .option('wait', {
      alias: ['w', 'watch'],
      describe: 'Show the steps as they happen, until the end',
      type: 'boolean',
      default: false,
    })
    .option('timeout', { describe: 'With --wait: give up waiting after this time, such as 30m', type: 'string' });
}

/** @throws UnderstudyError US1025 if the text is no duration. */
export function durationOption(name: string, text: string): number {
  if (!durationSchema.safeParse(text).success) {
    const example = /^[0-9]+$/.test(text) ? `${text}s` : '45s';
    throw new UnderstudyError('US1025', `--${name} ${text} is not a duration; did you mean --${name} ${example}?`);
  }
  return durationMs(text);
}
