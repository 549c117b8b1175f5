import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runCampaign } from '../../src/simulator/campaign.ts';
import { playShares, runParallelCampaign } from '../../src/simulator/parallel-campaign.ts';
import { ShareWorker } from '../../src/simulator/share-worker.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-test-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A worker that does as it is told with each share. */
function workerThat(does: string): string {
  const file = join(folder, `${does.replace(/\W+/g, '-').slice(0, 40)}.mjs`);
  writeFileSync(
    file,
    `import { parentPort } from 'node:worker_threads';
    const answer = (share, more = {}) => parentPort.postMessage({
      firstSeed: share.firstSeed, incidents: share.seeds, failedSeed: null, reached: [], virtualMs: 1_000, ...more,
    });
    parentPort.on('message', (share) => { ${does} });`,
  );
  return file;
}

describe('a campaign in workers', () => {
  it('comes to what the same campaign comes to without them, on any number of cores', async () => {
    const options = { firstSeed: 3, seeds: 55 };
    const alone = await runCampaign(options);
    for (const jobs of [1, 2]) {
      const { failure, incidents, coverage, virtualMs } = await runParallelCampaign(options, jobs);
      expect({ failure, incidents }).toEqual({ failure: null, incidents: 55 });
      expect(virtualMs).toBeCloseTo(alone.virtualMs, 3);
      expect([...coverage.reached].sort()).toEqual([...alone.coverage.reached].sort());
    }
  }, 120_000);

  it('plays every seed once, and says how far it is', async () => {
    const told: number[] = [];
    const options = { firstSeed: 1, seeds: 160, onIncident: (done: number) => void told.push(done) };
    const { incidents, virtualMs } = await playShares(options, 2, workerThat('answer(share);'));
    expect(incidents).toBe(160);
    expect(virtualMs).toBe(4_000);
    expect(told.at(-1)).toBe(160);
  });

  it('ends with the lowest seed that fails', async () => {
    const file = workerThat('answer(share, share.firstSeed > 60 ? { failedSeed: share.firstSeed + 7 } : {});');
    const { failure } = await playShares({ firstSeed: 1, seeds: 1_000 }, 2, file);
    expect(failure?.seed).toBe(108);
  });

  it.each([
    ['ends', 'process.exit(7);', 'exit code 7'],
    ['throws', "throw new Error('no more');", 'no more'],
    ['rejects', "void Promise.reject(new Error('no more'));", 'no more'],
  ])('is over as soon as a worker %s, with the seeds that it was at', async (_how, does, words) => {
    const file = workerThat(`if (share.firstSeed > 100) { ${does} } else answer(share);`);
    await expect(playShares({ firstSeed: 1, seeds: 100_000 }, 1, file)).rejects.toThrow(words);
    await expect(playShares({ firstSeed: 1, seeds: 100_000 }, 2, file)).rejects.toThrow(/seeds 1\d1 to \d+/);
  });

  it('does not wait for ever for a share without an end', async () => {
    const worker = new ShareWorker(workerThat('for (;;);'), 200);
    await expect(worker.play({ firstSeed: 1, seeds: 5, faults: undefined })).rejects.toThrow('seeds 1 to 5');
    await worker.end();
  });
});
