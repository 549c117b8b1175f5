import { KubeConfig } from '@kubernetes/client-node';
import { UnderstudyError } from '../src/api/errors.ts';
import { AwsClients } from '../src/aws/clients.ts';
import { systemClock } from '../src/aws/system-clock.ts';
import { type CommandLine, readCommandLine, UsageError } from './command-line.ts';
import { createLogger } from './log.ts';
import { createProcess } from './process.ts';
import type { Logger } from './runtime/logger.ts';
import { fieldsOf } from './runtime/refusal.ts';
import { settingsOf } from './settings.ts';

/** What the process's exit code says. */
const exitCodes = {
  /** It was asked to stop, and nothing is left in hand. */
  stopped: 0,
  /** It cannot run, or may act no more: the log's last line says why. */
  failed: 1,
  /** The command line is wrong. */
  usage: 2,
} as const;

/** The bundle has it built in; run from its sources it is whatever is checked out. */
const version = process.env.UNDERSTUDY_VERSION ?? 'development';

async function main(args: readonly string[]): Promise<number> {
  let commandLine: CommandLine | string;
  try {
    commandLine = await readCommandLine(args, process.env, version);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\n\nunderstudy-controller --help lists the flags.`);
    return exitCodes.usage;
  }
  if (typeof commandLine === 'string') {
    console.log(commandLine);
    return exitCodes.stopped;
  }
  const logger = createLogger(commandLine.logLevel);
  return run(commandLine, logger);
}

async function run(commandLine: CommandLine, logger: Logger): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      logger.info({ signal }, 'stopping: what is in hand is finished or handed over');
      stop.abort();
    });
  }
  try {
    const kubeConfig = kubeConfigOf(commandLine);
    const settings = settingsOf(process.env);
    const clientsOf = (actor: string): AwsClients => new AwsClients({ actor, callMs: settings.timing.callMs });
    const manager = createProcess({
      commandLine,
      settings,
      kubeConfig,
      clock: systemClock,
      logger,
      random: Math.random,
      clientsOf,
    });
    logger.info({ version, replica: commandLine.replica, selector: commandLine.selector }, 'starting');
    await manager.run(stop.signal);
    logger.info({}, 'stopped');
    return exitCodes.stopped;
  } catch (error) {
    logger.error(fieldsOf(error), error instanceof UnderstudyError ? error.message : 'the controller failed');
    return exitCodes.failed;
  }
}

/** @throws UnderstudyError US3001 if there is none that can be read. */
function kubeConfigOf({ kubeconfig }: CommandLine): KubeConfig {
  const config = new KubeConfig();
  try {
    // Outside a pod, and told of no cluster: loading would make up an address.
    if (kubeconfig === undefined && process.env.KUBERNETES_SERVICE_HOST === undefined) throw new Error('not in a pod');
    if (kubeconfig === undefined) config.loadFromCluster();
    else if (kubeconfig === process.env.KUBECONFIG) config.loadFromDefault();
    else config.loadFromFile(kubeconfig);
  } catch (cause) {
    const from = kubeconfig ?? "the pod's ServiceAccount";
    throw new UnderstudyError('US3001', `there is no kubeconfig in ${from}`, { cause });
  }
  return config;
}

// What did not stop in time must not hold the process: another replica leads by then.
process.exit(await main(process.argv.slice(2)));
