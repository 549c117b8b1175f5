import { hostname } from 'node:os';
import yargs from 'yargs';
import { type ControllerFlag, controllerFlags, type FlagEntry } from '../src/api/controller-flags.ts';

/** What the command line comes to. */
export interface CommandLine {
  readonly kubeconfig: string | undefined;
  readonly selector: string | undefined;
  readonly leaseName: string;
  readonly leaseNamespace: string;
  /** Name of this replica, without what makes this start of it unique. */
  readonly replica: string;
  readonly workers: number;
  /** Whether standbys are described many at once. */
  readonly describesTogether: boolean;
  readonly metricsPort: number;
  readonly healthPort: number;
  readonly logLevel: string;
  readonly shutdownMs: number;
}

/** The command line was not understood; the message says why. */
export class UsageError extends Error {}

/** Where leases are when nothing says otherwise: where the manifests put the controller. */
const defaultNamespace = 'understudy-system';

/**
 * Reads the flags of the table, and the variables that stand in for them.
 *
 * @returns text to print instead of running, for `--help` and `--version`.
 * @throws UsageError
 */
export async function readCommandLine(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  version: string,
): Promise<CommandLine | string> {
  let printed: string | undefined;
  const parser = yargs()
    .scriptName('understudy-controller')
    .usage('$0 [flags]\n\nLooks after FailoverPlans: watches both regions of each, and fails over.')
    .options(Object.fromEntries(Object.entries(controllerFlags).map(([name, entry]) => [name, optionOf(entry)])))
    .strict()
    .help()
    .version(version)
    .wrap(100)
    .exitProcess(false)
    .fail((message, error) => {
      throw new UsageError(message ?? error.message);
    });
  const found = await parser.parseAsync([...args], {}, (_error, _argv, output) => {
    if (output !== '') printed = output;
  });
  if (printed !== undefined) return printed;

  const text = (flag: ControllerFlag): string | undefined =>
    given(found[flag]) ?? given(environmentOf(flag, environment));
  const count = (flag: ControllerFlag, least: number): number => {
    const value = Number(found[flag]);
    if (!Number.isInteger(value) || value < least)
      throw new UsageError(`--${flag} must be a whole number from ${least}`);
    return value;
  };
  return {
    kubeconfig: text('kubeconfig'),
    selector: text('selector'),
    leaseName: text('lease-name') ?? controllerFlags['lease-name'].default,
    leaseNamespace: text('lease-namespace') ?? defaultNamespace,
    replica: text('identity') ?? hostname(),
    workers: count('workers', 1),
    describesTogether: found['describe-databases'] === 'together',
    metricsPort: count('metrics-port', 0),
    healthPort: count('health-port', 0),
    logLevel: String(found['log-level']),
    shutdownMs: count('shutdown-seconds', 1) * 1000,
  };
}

function optionOf(entry: FlagEntry) {
  const { type, description, choices, env } = entry;
  return {
    type,
    description: env === undefined ? description : `${description} [${env}]`,
    requiresArg: true,
    ...(entry.default === undefined ? {} : { default: entry.default }),
    ...(choices === undefined ? {} : { choices }),
  };
}

function environmentOf(flag: ControllerFlag, environment: NodeJS.ProcessEnv): string | undefined {
  const { env }: FlagEntry = controllerFlags[flag];
  return env === undefined ? undefined : environment[env];
}

function given(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
