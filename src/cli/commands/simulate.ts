import { availableParallelism } from 'node:os';
import type { CommandModule } from 'yargs';
import { UnderstudyError } from '../../api/errors.ts';
import type { CampaignOptions, CampaignResult } from '../../simulator/campaign.ts';
import { type FaultKind, faultKinds } from '../../simulator/fault-kinds.ts';
import { exitCodes } from '../exit-codes.ts';
import { campaignProgress } from '../simulate/campaign-progress.ts';
import { campaignReport, formatCampaign, isGood } from '../simulate/campaign-report.ts';

interface SimulateArguments {
  readonly seeds: number | undefined;
  readonly from: number;
  readonly seed: number | undefined;
  readonly jobs: number;
  readonly faults: readonly FaultKind[] | undefined;
  readonly json: boolean;
}

const defaultSeeds = 1_000;
/** Below, the workers would take longer to start than to play. */
const worthWorkers = 200;
const largestSeed = 2 ** 31 - 1;

/** `understudy simulate`: the engine against bad luck of every kind, in virtual time. */
export function simulateCommand(setExitCode: (code: number) => void): CommandModule<object, SimulateArguments> {
  return {
    command: 'simulate',
    describe: 'Play random incidents against the engine in virtual time, and check its invariants after every event',
    builder: (command) =>
      command
        .option('seeds', {
          describe: 'How many incidents to play, one a seed',
          type: 'number',
          defaultDescription: String(defaultSeeds),
        })
        .option('from', {
          describe: 'The first seed of them',
          type: 'number',
          default: 1,
        })
        .option('seed', {
          describe: 'Play the incident of this seed alone, and print what happens in it',
          type: 'number',
          conflicts: 'seeds',
        })
        .option('jobs', {
          describe: 'On how many cores to play; the result is the same on any number',
          type: 'number',
          default: availableParallelism(),
          defaultDescription: 'all',
        })
        .option('faults', {
          describe: 'Let nothing go wrong but this',
          type: 'array',
          choices: faultKinds,
        })
        .option('json', {
          describe: 'Print the result as JSON, and nothing else',
          type: 'boolean',
          default: false,
        })
        .example('$0 simulate --seeds 10000', 'A longer campaign')
        .example('$0 simulate --seeds 10000 --from 10001', 'Ten thousand others')
        .example('$0 simulate --faults crashes outages', 'Only regions that go dark, and actors that die')
        .example('$0 simulate --seed 138', 'One incident again, with its timeline'),
    handler: async ({ seeds, from, seed, jobs, faults, json }) => {
      const asked = { firstSeed: seed ?? from, seeds: seed === undefined ? (seeds ?? defaultSeeds) : 1 };
      checkSeeds(asked);
      const play = await campaignOn(asked.seeds, jobs);
      const progress = json ? null : campaignProgress(process.stderr, asked.seeds);
      const interrupted = new AbortController();
      const onSignal = (): void => interrupted.abort();
      process.once('SIGINT', onSignal);
      process.once('SIGTERM', onSignal);
      const startedMs = performance.now();
      try {
        const result = await play({
          ...asked,
          faults,
          signal: interrupted.signal,
          onIncident: (done) => progress?.tell(done),
        });
        progress?.end();
        const report = campaignReport(result, { ...asked, realMs: performance.now() - startedMs });
        console.log(json ? JSON.stringify(report, null, 2) : formatCampaign(report));
        setExitCode(exitCodeOf(isGood(report), interrupted.signal.aborted));
      } finally {
        progress?.end();
        process.off('SIGINT', onSignal);
        process.off('SIGTERM', onSignal);
      }
    },
  };
}

/** The generator is loaded here, so that no other command waits for it. */
async function campaignOn(seeds: number, jobs: number): Promise<(options: CampaignOptions) => Promise<CampaignResult>> {
  if (seeds >= worthWorkers) {
    const { runParallelCampaign } = await import('../../simulator/parallel-campaign.ts');
    return (options) => runParallelCampaign(options, Math.max(1, jobs));
  }
  const { runCampaign } = await import('../../simulator/campaign.ts');
  return runCampaign;
}

function checkSeeds({ firstSeed, seeds }: { firstSeed: number; seeds: number }): void {
  const isSeed = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= largestSeed;
  if (!isSeed(firstSeed)) throw new UnderstudyError('US1092', `--seed ${firstSeed} is not a seed`);
  if (seeds < 1 || !isSeed(firstSeed + seeds - 1)) {
    throw new UnderstudyError('US1092', `--seeds ${seeds} is not a number of seeds`);
  }
}

function exitCodeOf(good: boolean, isInterrupted: boolean): number {
  if (!good) return exitCodes.failure;
  return isInterrupted ? exitCodes.interrupted : exitCodes.success;
}
