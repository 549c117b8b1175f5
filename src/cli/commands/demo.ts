import path from 'node:path';
import type { CommandModule } from 'yargs';
import { UnderstudyError } from '../../api/errors.ts';
import { scenarioNames } from '../../sandbox/scenarios/scenario-names.ts';
import { formatScenarios, scenarioOf } from '../demo/scenario-list.ts';
import { createJsonTimeline, createTimeline } from '../demo/timeline.ts';
import { exitCodes } from '../exit-codes.ts';
import { loadApp } from '../load-app.ts';

interface DemoArguments {
  readonly file: string;
  readonly scenario: string;
  readonly list: boolean;
  readonly speed: number;
  readonly awsDurations: number;
  readonly json: boolean;
}

const fastest = 50;
const defaultFile = path.resolve(import.meta.dirname, '../../../examples/trading-rds.yaml');

/** `understudy demo [FILE]`: two regions on this machine, and what happens to one of them. */
export function demoCommand(setExitCode: (code: number) => void): CommandModule<object, DemoArguments> {
  return {
    command: 'demo [file]',
    describe: 'Start two regions on this machine, let something happen to them, and measure what comes of it',
    builder: (command) =>
      command
        .positional('file', {
          describe: 'A MultiRegionApp',
          type: 'string',
          default: defaultFile,
          defaultDescription: 'examples/trading-rds.yaml',
        })
        .option('scenario', {
          describe: 'What happens; --list tells of each',
          type: 'string',
          default: 'outage',
          // For the shell's completion: what is wrong is answered before yargs would.
          choices: scenarioNames,
        })
        .option('list', {
          describe: 'List the scenarios, and start nothing',
          type: 'boolean',
          default: false,
        })
        .option('speed', {
          describe: 'Shorten intervals and the stand-ins for AWS durations alike, by this factor',
          type: 'number',
          default: 1,
        })
        .option('awsDurations', {
          alias: 'aws-durations',
          describe: 'Multiply the stand-ins for AWS durations; 0 leaves only what this machine needs',
          type: 'number',
          default: 1,
        })
        .option('json', {
          describe: 'Print the measured report as JSON, and nothing else',
          type: 'boolean',
          default: false,
        })
        .middleware(checkScenario, true)
        .example('$0 demo', 'The default: the active region is killed')
        .example('$0 demo --speed 10', 'The same in a tenth of the time')
        .example('$0 demo --list', 'What else can happen')
        .example('$0 demo --scenario partition', 'One of them')
        .example('$0 demo app.yaml --json', 'Your own application, for a program'),
    handler: async ({ list, ...demo }) => {
      if (list) console.log(formatScenarios());
      else setExitCode(await play(demo));
    },
  };
}

/** Before yargs looks at the choices, since it would not say which name was meant; not while a shell asks for them. */
function checkScenario(given: { readonly scenario?: unknown; readonly getYargsCompletions?: unknown }): void {
  if (given.getYargsCompletions === undefined) scenarioOf(String(given.scenario));
}

/** @returns the exit code: whether every fact held. */
async function play({ file, scenario, speed, awsDurations, json }: Omit<DemoArguments, 'list'>): Promise<number> {
  if (!(speed >= 1 && speed <= fastest)) {
    throw new UnderstudyError('US1091', `--speed ${speed} is not between 1 and ${fastest}`);
  }
  if (!(awsDurations >= 0 && awsDurations <= fastest)) {
    throw new UnderstudyError('US1094', `--aws-durations ${awsDurations} is not between 0 and ${fastest}`);
  }
  const app = await loadApp(file);
  // The sandbox is loaded here, so that no other command waits for it.
  const { runScenario } = await import('../../sandbox/scenarios/run-scenario.ts');
  const timeline = json ? createJsonTimeline(process.stdout) : createTimeline(process.stdout, Date.now);
  const interrupted = new AbortController();
  const onSignal = (): void => interrupted.abort();
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  try {
    const report = await runScenario({
      app,
      scenario: scenarioOf(scenario),
      speed,
      awsDurationFactor: awsDurations,
      story: timeline,
      signal: interrupted.signal,
    });
    timeline.report(report);
    return report.facts.every(({ held }) => held) ? exitCodes.success : exitCodes.failure;
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
    return exitCodes.interrupted;
  } finally {
    timeline.end();
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}
