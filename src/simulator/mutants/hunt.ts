import { simulate } from '../simulate.ts';

/** What one process found out about the sources that it was built from; the last line of its output. */
export interface HuntResult {
  /** The seed that showed a breach; `null`: none of those that were played did. */
  readonly seed: number | null;
  readonly breach: string | null;
  readonly seeds: number;
}

// Nobody reads the stacks of errors that are thrown all the time, and each costs as much as a call to the world.
Error.stackTraceLimit = 0;

/** Plays seeds until one breaches an invariant. Not shrunk: that one was found is all that counts. */
async function hunt(seeds: number): Promise<HuntResult> {
  for (let seed = 1; seed <= seeds; seed += 1) {
    const { breaches } = await simulate(seed, { shrinkAttempts: 0 });
    const [breach] = breaches;
    if (breach !== undefined) return { seed, breach, seeds: seed };
  }
  return { seed: null, breach: null, seeds };
}

console.log(JSON.stringify(await hunt(Number(process.argv[2]))));
