import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build, type Plugin } from 'esbuild';
import { mutated } from './all-mutants.ts';
import type { HuntResult } from './hunt.ts';
import type { Mutant } from './mutant.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const runFile = promisify(execFile);

/** A mutant that loops for ever is as good as caught, but has to be stopped. */
const longestMs = 20 * 60_000;

export interface Caught {
  readonly name: string;
  /** `null`: it survived. */
  readonly seed: number | null;
  readonly breach: string | null;
  /** The invariant that showed it is one of those that the table names. */
  readonly isExpected: boolean;
}

/** Builds the engine and the simulator with one bug in them, apart from the sources, and plays seeds until it shows. */
export async function catchMutant(mutant: Mutant, seeds: number): Promise<Caught> {
  const folder = await mkdtemp(join(tmpdir(), 'understudy-mutant-'));
  try {
    const outfile = join(folder, 'hunt.mjs');
    await bundle(outfile, mutant);
    const { seed, breach } = await hunt(outfile, seeds);
    const invariant = Number(breach?.match(/^invariant (\d+)/)?.[1]);
    return { name: mutant.name, seed, breach, isExpected: breach === null || mutant.breaks.includes(invariant) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function hunt(file: string, seeds: number): Promise<HuntResult> {
  try {
    const { stdout } = await runFile(process.execPath, [file, String(seeds)], { timeout: longestMs });
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  } catch (error) {
    // It died of its own bug, or never came to an end.
    const breach = `invariant 8: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`;
    return { seed: 0, breach, seeds: 0 };
  }
}

/** @param mutant what is changed in the copy; absent: nothing. */
export async function bundle(outfile: string, mutant?: Mutant): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL('./hunt.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'silent',
    plugins: mutant === undefined ? [] : [mutation(mutant)],
  });
}

function mutation(mutant: Mutant): Plugin {
  const path = join(root, mutant.file);
  return {
    name: 'mutation',
    setup(using) {
      using.onLoad({ filter: /\.ts$/ }, async (found) => {
        if (found.path !== path) return undefined;
        return { contents: mutated(await readFile(path, 'utf8'), mutant), loader: 'ts' };
      });
    },
  };
}
