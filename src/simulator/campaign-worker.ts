import { parentPort } from 'node:worker_threads';
import { Coverage } from './coverage.ts';
import type { Share, ShareResult } from './share.ts';
import { simulate } from './simulate.ts';

// Nobody reads the stacks of errors that are thrown all the time, and each costs as much as a call to the world. What
// fails is played again where they are kept.
Error.stackTraceLimit = 0;

/** Plays the shares that it is given, one message each, until it is ended. */
async function play({ firstSeed, seeds, faults }: Share): Promise<ShareResult> {
  const coverage = new Coverage();
  let virtualMs = 0;
  for (let incidents = 0; incidents < seeds; incidents += 1) {
    const seed = firstSeed + incidents;
    const result = await simulate(seed, { shrinkAttempts: 0, ...(faults === undefined ? {} : { faults }) });
    coverage.add(result.coverage);
    virtualMs += result.virtualMs;
    if (result.breaches.length > 0) {
      return { firstSeed, incidents: incidents + 1, failedSeed: seed, reached: [...coverage.reached], virtualMs };
    }
  }
  return { firstSeed, incidents: seeds, failedSeed: null, reached: [...coverage.reached], virtualMs };
}

parentPort?.on('message', (share: Share) => {
  void play(share).then((result) => parentPort?.postMessage(result));
});
