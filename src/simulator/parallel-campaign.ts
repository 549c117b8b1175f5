import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import type { CampaignOptions, CampaignResult } from './campaign.ts';
import { Coverage } from './coverage.ts';
import type { ShareResult } from './share.ts';
import { simulate } from './simulate.ts';

/** Small enough that no worker is idle for long at the end, large enough that messages cost nothing. */
const shareSeeds = 50;

/**
 * As {@link runCampaign}, on several cores. The result does not depend on how many: shares are handed out in order, and
 * of the seeds that fail the lowest counts.
 */
export async function runParallelCampaign(options: CampaignOptions, jobs: number): Promise<CampaignResult> {
  const folder = await mkdtemp(join(tmpdir(), 'understudy-simulate-'));
  try {
    const file = join(folder, 'worker.mjs');
    await bundleWorker(file);
    return await play(options, jobs, file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** In one file, which starts at once and runs a fifth faster than sources whose types are stripped as they load. */
async function bundleWorker(outfile: string): Promise<void> {
  const entry = fileURLToPath(new URL('./campaign-worker.ts', import.meta.url));
  const format = { bundle: true, platform: 'node', format: 'esm', target: 'node20' } as const;
  await build({ entryPoints: [entry], outfile, logLevel: 'silent', ...format });
}

async function play(options: CampaignOptions, jobs: number, file: string): Promise<CampaignResult> {
  const { firstSeed, seeds, faults, onIncident, signal } = options;
  const endSeed = firstSeed + seeds;
  const results: ShareResult[] = [];
  let nextSeed = firstSeed;
  let lowestFailure = Number.POSITIVE_INFINITY;
  let done = 0;

  async function work(): Promise<void> {
    const worker = new Worker(file);
    try {
      while (nextSeed < endSeed && nextSeed < lowestFailure && !signal?.aborted) {
        const share = { firstSeed: nextSeed, seeds: Math.min(shareSeeds, endSeed - nextSeed), faults };
        nextSeed += share.seeds;
        const result = await answerOf(worker, share);
        results.push(result);
        if (result.failedSeed !== null) lowestFailure = Math.min(lowestFailure, result.failedSeed);
        done += result.incidents;
        onIncident?.(done);
      }
    } finally {
      await worker.terminate();
    }
  }

  await Promise.all(Array.from({ length: Math.min(jobs, Math.ceil(seeds / shareSeeds)) }, work));
  // What other workers played behind the failure is no part of the result.
  const counted = results.filter((share) => share.firstSeed <= lowestFailure);
  const coverage = new Coverage(counted.flatMap(({ reached }) => reached));
  const sum = (of: (share: ShareResult) => number): number => counted.reduce((total, share) => total + of(share), 0);
  const within = faults === undefined ? {} : { faults };
  const failure = Number.isFinite(lowestFailure) ? await simulate(lowestFailure, within) : null;
  return {
    incidents: sum(({ incidents }) => incidents),
    failure,
    latest: failure,
    coverage,
    virtualMs: sum(({ virtualMs }) => virtualMs),
  };
}

function answerOf(worker: Worker, share: object): Promise<ShareResult> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      worker.off('message', onMessage);
      worker.off('error', onError);
    };
    const onMessage = (result: ShareResult): void => {
      settle();
      resolve(result);
    };
    const onError = (error: Error): void => {
      settle();
      reject(error);
    };
    worker.once('message', onMessage);
    worker.once('error', onError);
    worker.postMessage(share);
  });
}
