import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where built programs stay between runs: `UNDERSTUDY_CACHE`, else `$XDG_CACHE_HOME/understudy`, else
 * `~/.cache/understudy`. Safe to delete at any time: the next run builds again.
 */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(env.UNDERSTUDY_CACHE ?? join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'understudy'), 'toolchain');
}

/** A short digest of everything that decides what a build gives. */
export function buildKey(inputs: readonly string[]): string {
  const hash = createHash('sha256');
  for (const input of inputs) {
    // The length keeps ['ab', 'c'] and ['a', 'bc'] apart.
    hash.update(`${input.length}:${input}`);
  }
  return hash.digest('hex').slice(0, 12);
}
