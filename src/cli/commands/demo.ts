import path from 'node:path';
import type { CommandModule } from 'yargs';
import { UnderstudyError } from '../../api/errors.ts';
import { runScenario } from '../../sandbox/scenarios/run-scenario.ts';
import { isScenario, scenarios } from '../../sandbox/scenarios/scenarios.ts';
import { createJsonTimeline, createTimeline } from '../demo/timeline.ts';
import { exitCodes } from '../exit-codes.ts';
import { loadApp } from '../load-app.ts';

interface DemoArguments {
  readonly file: string;
  readonly scenario: string;
  readonly speed: number;
  readonly json: boolean;
}

const fastest = 50;
const defaultFile = path.resolve(import.meta.dirname, '../../../examples/trading-rds.yaml');

/** `understudy demo [FILE]`: two regions on this machine, and what happens to one of them. */
export function demoCommand(setExitCode: (code: number) => void): CommandModule<object, DemoArguments> {
  return {
    command: 'demo [file]',
    describe: 'Start two regions on this machine, end one, and measure the failover',
    builder: (command) =>
      command
        .positional('file', {
          describe: 'A MultiRegionApp',
          type: 'string',
          default: defaultFile,
          defaultDescription: 'examples/trading-rds.yaml',
        })
        .option('scenario', {
          describe: `What happens: ${Object.keys(scenarios).join(', ')}`,
          type: 'string',
          default: 'outage',
        })
        .option('speed', {
          describe: 'Shorten intervals and the stand-ins for AWS durations alike, by this factor',
          type: 'number',
          default: 1,
        })
        .option('json', {
          describe: 'Print the measured report as JSON, and nothing else',
          type: 'boolean',
          default: false,
        })
        .example('$0 demo', 'The default: the active region is killed')
        .example('$0 demo --speed 10', 'The same in a tenth of the time')
        .example('$0 demo app.yaml --json', 'Your own application, for a program'),
    handler: async ({ file, scenario, speed, json }) => {
      if (!isScenario(scenario)) {
        throw new UnderstudyError('US1090', `there is no scenario "${scenario}"`, {
          remedy: `Use one of: ${Object.keys(scenarios).join(', ')}.`,
        });
      }
      if (!(speed >= 1 && speed <= fastest)) {
        throw new UnderstudyError('US1091', `--speed ${speed} is not between 1 and ${fastest}`);
      }
      const app = await loadApp(file);
      const timeline = json ? createJsonTimeline(process.stdout) : createTimeline(process.stdout, Date.now);
      const interrupted = new AbortController();
      const onSignal = (): void => interrupted.abort();
      process.once('SIGINT', onSignal);
      process.once('SIGTERM', onSignal);
      try {
        const report = await runScenario({ app, scenario, speed, story: timeline, signal: interrupted.signal });
        timeline.report(report);
        setExitCode(report.facts.every(({ held }) => held) ? exitCodes.success : exitCodes.failure);
      } catch (error) {
        if (!interrupted.signal.aborted) throw error;
        setExitCode(exitCodes.interrupted);
      } finally {
        timeline.end();
        process.off('SIGINT', onSignal);
        process.off('SIGTERM', onSignal);
      }
    },
  };
}
