import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ownProcess } from './owned.ts';

export interface DaemonOptions {
  /** Short and unique in its folder: names the log, `<name>.log`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where the log goes. */
  readonly folder: string;
  readonly cwd?: string;
  /** Whether it serves yet; a rejection counts as no. Without it, a daemon is ready once it was spawned. */
  readonly isReady?: () => Promise<boolean>;
  /** @default 30_000 */
  readonly readyLimitMs?: number;
}

/** A process of the rig, with its log. */
export interface Daemon {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  isRunning(): boolean;
  /** The end of its log. */
  logTail(lines?: number): string;
  signal(name: NodeJS.Signals): void;
  /** Ends it and returns when it is gone: SIGTERM, and SIGKILL after `graceMs` (default 5,000; 0 kills at once). */
  stop(graceMs?: number): Promise<void>;
}

const started = new Set<Daemon>();

/**
 * Starts a process that this one owns, and returns when it serves.
 *
 * @throws Error with the end of its log, when it ends or does not serve within the limit.
 */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { name, isReady, readyLimitMs = 30_000 } = options;
  const logFile = join(options.folder, `${name}.log`);
  const log = openSync(logFile, 'a');
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  ownProcess(child);
  const end = endOf(child);
  const daemon: Daemon = {
    name,
    // There is none where it could not be spawned, which is told below.
    pid: child.pid ?? 0,
    logFile,
    isRunning: () => end.how === undefined,
    logTail: (lines = 25) => readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n'),
    signal: (name) => void child.kill(name),
    stop: async (graceMs = 5_000) => {
      started.delete(daemon);
      await endProcess(child, end.promise, graceMs);
    },
  };
  started.add(daemon);
  const deadline = performance.now() + readyLimitMs;
  while (isReady !== undefined && !(await isReady().catch(() => false))) {
    const trouble =
      end.how ?? (performance.now() > deadline ? `does not serve after ${readyLimitMs / 1_000} s` : undefined);
    if (trouble !== undefined) {
      const tail = daemon.logTail();
      await daemon.stop(0);
      throw new Error(`${name} ${trouble}; the end of its log:\n${tail}`);
    }
    await pause(50);
  }
  return daemon;
}

/** The ends of the logs of every daemon that was started and not stopped, for the message of a failure. */
export function logTails(): string {
  return [...started]
    .map(
      (daemon) =>
        `--- ${daemon.name}${daemon.isRunning() ? '' : ' (ended by itself)'}, ${daemon.logFile}\n${daemon.logTail(15)}`,
    )
    .join('\n');
}

/** How a child ended, once it has; a child that could not be spawned ends too. */
function endOf(child: ChildProcess): { how: string | undefined; readonly promise: Promise<void> } {
  const { promise, resolve } = deferred();
  const end: { how: string | undefined; readonly promise: Promise<void> } = { how: undefined, promise };
  child.once('error', (error) => {
    end.how = `could not be started: ${error.message}`;
    resolve();
  });
  child.once('exit', (code, signal) => {
    end.how = `ended (${signal ?? `exit ${code}`})`;
    resolve();
  });
  return end;
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

async function endProcess(child: ChildProcess, ended: Promise<void>, graceMs: number): Promise<void> {
  child.kill(graceMs === 0 ? 'SIGKILL' : 'SIGTERM');
  const impatience = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await ended;
  clearTimeout(impatience);
}
