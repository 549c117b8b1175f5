import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';

/** What the reaper is told, as one line of JSON each. */
export type ReaperOrder =
  | { readonly is: 'process'; readonly pid: number }
  | { readonly is: 'ended'; readonly pid: number }
  | { readonly is: 'folder'; readonly path: string };

const projectRoot = join(import.meta.dirname, '../../../..');

let reaper: Writable | undefined;

function tellReaper(order: ReaperOrder): void {
  reaper ??= startReaper();
  reaper.write(`${JSON.stringify(order)}\n`);
}

function startReaper(): Writable {
  const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'reaper.ts')], {
    cwd: projectRoot,
    // In a session of its own, so that a Ctrl-C that ends the tests does not end it too.
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  child.unref();
  // A pipe of a child is a socket, which would keep the event loop alive.
  (child.stdin as Writable & { unref?: () => void }).unref?.();
  child.stdin.on('error', () => undefined);
  return child.stdin;
}

/** Has the process killed when this one ends, in whatever way; forgotten when it ends by itself. */
export function ownProcess(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) {
    return;
  }
  tellReaper({ is: 'process', pid });
  // Or the number could belong to another process by the time that the reaper reads it.
  child.once('exit', () => tellReaper({ is: 'ended', pid }));
}

/** A new temporary folder that is removed when this process ends, unless `UNDERSTUDY_KEEP` is set. */
export function ownFolder(purpose: string): string {
  const path = mkdtempSync(join(tmpdir(), `understudy-${purpose}-`));
  if (keepsFolders()) {
    process.stderr.write(`e2e: UNDERSTUDY_KEEP is set, so ${path} stays\n`);
  } else {
    tellReaper({ is: 'folder', path });
  }
  return path;
}

/** Whether folders and logs are to stay for reading. */
export function keepsFolders(): boolean {
  return (process.env.UNDERSTUDY_KEEP ?? '') !== '';
}
