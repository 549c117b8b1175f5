import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { CampaignOptions, CampaignResult } from './campaign.ts';
import { Coverage } from './coverage.ts';
import type { Share, ShareResult } from './share.ts';
import { ShareWorker } from './share-worker.ts';
import { simulate } from './simulate.ts';

/** Small enough that no worker is idle for long at the end, large enough that messages cost nothing. */
const shareSeeds = 50;

/**
 * As {@link runCampaign}, in workers, on several cores or on one. The result does not depend on how many: shares are
 * handed out in order, and of the seeds that fail the lowest counts.
 *
 * @throws Error if a worker dies, or finds no end of a share.
 */
export async function runParallelCampaign(options: CampaignOptions, jobs: number): Promise<CampaignResult> {
  const folder = await mkdtemp(join(tmpdir(), 'understudy-simulate-'));
  try {
    const file = join(folder, 'worker.mjs');
    await bundleWorker(file);
    return await playShares(options, jobs, file);
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

/** @param file the worker's source. */
export async function playShares(options: CampaignOptions, jobs: number, file: string): Promise<CampaignResult> {
  const { firstSeed, seeds, faults, onIncident, signal } = options;
  const endSeed = firstSeed + seeds;
  const results: ShareResult[] = [];
  const workers = Array.from({ length: Math.min(jobs, Math.ceil(seeds / shareSeeds)) }, () => new ShareWorker(file));
  let nextSeed = firstSeed;
  let lowestFailure = Number.POSITIVE_INFINITY;
  let done = 0;

  function nextShare(): Share | null {
    if (nextSeed >= endSeed || nextSeed >= lowestFailure || signal?.aborted) return null;
    const share = { firstSeed: nextSeed, seeds: Math.min(shareSeeds, endSeed - nextSeed), faults };
    nextSeed += share.seeds;
    return share;
  }

  async function work(worker: ShareWorker): Promise<void> {
    for (let share = nextShare(); share !== null; share = nextShare()) {
      const result = await worker.play(share);
      results.push(result);
      if (result.failedSeed !== null) lowestFailure = Math.min(lowestFailure, result.failedSeed);
      done += result.incidents;
      onIncident?.(done);
    }
  }

  try {
    await Promise.all(workers.map(work));
  } finally {
    await Promise.all(workers.map((worker) => worker.end()));
  }
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
