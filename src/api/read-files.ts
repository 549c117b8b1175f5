import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { SourceFile } from './load.ts';
import { type Problem, problemOf } from './problems.ts';

/** Files that could be read, and a problem for each path that could not. */
export interface ReadFiles {
  readonly files: readonly SourceFile[];
  readonly problems: readonly Problem[];
}

/**
 * Reads files, and the `.yaml` and `.yml` files of folders, not of folders inside them, in alphabetical order. A path
 * that cannot be read is a problem, not an exception.
 */
export async function readFiles(paths: readonly string[]): Promise<ReadFiles> {
  const files: SourceFile[] = [];
  const problems: Problem[] = [];
  for (const path of paths) {
    try {
      for (const file of await filesOf(path)) {
        files.push({ path: file, text: await readFile(file, 'utf8') });
      }
    } catch (error) {
      if (!isSystemError(error)) {
        throw error;
      }
      problems.push(
        problemOf({ code: 'US1001', severity: 'error', path: [], message: reason(error) }, path, undefined),
      );
    }
  }
  return { files, problems };
}

async function filesOf(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) {
    return [path];
  }
  const entries = await readdir(path, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && ['.yaml', '.yml'].includes(extname(entry.name)))
    .map((entry) => join(path, entry.name))
    .sort();
}

/** Told by its fields: an error of Node's own may come from another realm, where `instanceof` says no. */
function isSystemError(error: unknown): error is { readonly code: string } {
  return (
    typeof error === 'object' &&
    error !== null &&
    'syscall' in error &&
    'code' in error &&
    typeof error.code === 'string'
  );
}

function reason({ code }: { readonly code: string }): string {
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'does not exist',
    EACCES: 'may not be read with your permissions',
    ENOTDIR: 'leads through something that is not a folder',
  };
  return reasons[code] ?? `cannot be read (${code})`;
}
