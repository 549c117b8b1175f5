import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, open, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { UnderstudyError } from '../../api/errors.ts';
import { findFreePort } from './free-port.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';

export interface PostgresServerOptions {
  readonly binaries: PostgresBinaries;
  /** Of an initialized cluster or a base backup. */
  readonly dataDirectory: string;
  readonly logFile: string;
  /** The port that it had before, if any; another one is taken when it is not free. */
  readonly preferredPort?: number;
  /** `primary_conninfo` of a standby. */
  readonly primaryConnection?: string;
}

/** A running PostgreSQL. */
export interface PostgresServer {
  readonly port: number;
  /** Of the postmaster. */
  readonly pid: number;
  /** Resolves when it has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** Ends sessions, writes a checkpoint and stops (`fast`). */
  stop(): Promise<void>;
}

/** Everything that differs from PostgreSQL's defaults, and why. */
const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  // Shared memory in the data directory and not in /dev/shm, where a killed server would leave it.
  dynamic_shared_memory_type: 'mmap',
  shared_buffers: '16MB',
  max_connections: '100',
  wal_level: 'replica',
  hot_standby: 'on',
  max_wal_senders: '10',
  // A standby that was cut off for a while catches up without a new copy.
  wal_keep_size: '512MB',
  // By default a standby waits 5 s before it connects again.
  wal_retrieve_retry_interval: '200ms',
  wal_receiver_status_interval: '1s',
  // One process fewer of each kind; there is nothing here for them to do.
  io_method: 'sync',
  max_logical_replication_workers: '0',
  log_line_prefix: '%m [%p] ',
  // What a process has written stays when it is killed, and nothing here outlives the machine. With it on, two worlds on a
  // busy disk make each other's commits wait for seconds.
  fsync: 'off',
} as const;

/**
 * Keeps PostgreSQL from outliving the region: the shell holds the read end of a pipe whose other end only the region
 * has, and ends PostgreSQL when that closes without a word, however the region died.
 */
const guard = '"$@" & pid=$!; (read -r _ <&3 || kill -QUIT $pid) & wait $pid; exit $?';

const startLimitMs = 60_000;
const pollMs = 15;
const attempts = 8;

/**
 * Starts PostgreSQL and waits until it accepts connections (a standby: read-only ones).
 *
 * @throws UnderstudyError US5013 with the last lines of its log.
 */
export async function startPostgres(options: PostgresServerOptions): Promise<PostgresServer> {
  for (let attempt = 1; ; attempt += 1) {
    const preferred = attempt === 1 ? options.preferredPort : undefined;
    const port = preferred ?? (await findFreePort());
    const logOffset = await sizeOf(options.logFile);
    // A killed server leaves its file behind.
    const stalePid = (await readPostmasterFile(options.dataDirectory))?.pid;
    const child = await launch(options, port);
    const ended = once(child, 'exit').then(() => {});
    if (await becomesReady(options, child, stalePid)) return runningServer(options, child, port, ended);

    const log = await logSince(options.logFile, logOffset);
    // Taken by somebody else, or by the server of a region that was killed a moment ago and is on its way out.
    const inTheWay = /could not (bind|create any TCP)|lock file .* already exists|pre-existing shared memory/i.test(
      log,
    );
    if (inTheWay) await delay(pollMs * attempt * attempt);
    if (!inTheWay || attempt === attempts) {
      const tail = log.trim().split('\n').slice(-8).join('\n');
      throw new UnderstudyError('US5013', `PostgreSQL did not start in ${options.dataDirectory}:\n${tail}`);
    }
  }
}

async function launch(options: PostgresServerOptions, port: number): Promise<ChildProcess> {
  const { binaries, dataDirectory, primaryConnection } = options;
  const all = { ...settings, port: String(port), primary_conninfo: primaryConnection ?? '' };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  await appendFile(options.logFile, '');
  const log = await open(options.logFile, 'a');
  try {
    const child = spawn('/bin/sh', ['-c', guard, 'sh', binaries.postgres, '-D', dataDirectory, ...flags], {
      ...binaries.user,
      cwd: '/',
      env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' },
      stdio: ['ignore', log.fd, log.fd, 'pipe'],
    });
    const lifeline = child.stdio[3] as Writable;
    lifeline.on('error', () => {});
    child.once('exit', () => lifeline.end('stopped\n'));
    return child;
  } finally {
    await log.close();
  }
}

/** @returns false when it ended first. */
async function becomesReady(
  options: PostgresServerOptions,
  child: ChildProcess,
  stalePid: number | undefined,
): Promise<boolean> {
  const limit = performance.now() + startLimitMs;
  while (child.exitCode === null && child.signalCode === null) {
    const state = await readPostmasterFile(options.dataDirectory);
    if (state?.status === 'ready' && state.pid !== stalePid) return true;
    if (performance.now() > limit) {
      await endAndWait(options, child, 'SIGQUIT');
      return false;
    }
    await delay(pollMs);
  }
  return false;
}

async function runningServer(
  options: PostgresServerOptions,
  child: ChildProcess,
  port: number,
  ended: Promise<void>,
): Promise<PostgresServer> {
  const pid = (await readPostmasterFile(options.dataDirectory))?.pid;
  if (pid === undefined) throw new UnderstudyError('US5013', 'PostgreSQL ended right after its start');
  return { port, pid, ended, stop: () => endAndWait(options, child, 'SIGINT') };
}

/** SIGINT is PostgreSQL's fast shutdown, SIGQUIT its immediate one. */
async function endAndWait(
  options: PostgresServerOptions,
  child: ChildProcess,
  signal: 'SIGINT' | 'SIGQUIT',
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  const pid = (await readPostmasterFile(options.dataDirectory))?.pid;
  if (pid !== undefined) signalIfAlive(pid, signal);
  await ended;
}

function signalIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

export interface PostmasterFile {
  readonly pid: number;
  /** Id of the SysV shared memory segment that keeps two servers off one data directory. */
  readonly sharedMemoryId?: number;
  /** `starting`, `ready`, `standby`, `stopping`. */
  readonly status?: string;
}

/**
 * Reads `postmaster.pid`: process id, data directory, start time, port, socket directory, address, shared memory key
 * and id, status.
 *
 * Source: PostgreSQL 18, src/include/utils/pidfile.h.
 */
export async function readPostmasterFile(dataDirectory: string): Promise<PostmasterFile | undefined> {
  const text = await readFile(path.join(dataDirectory, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  if (!(pid > 0)) return undefined;
  const sharedMemoryId = Number(lines[6]?.trim().split(/\s+/)[1]);
  const status = lines[7]?.trim();
  return {
    pid,
    ...(Number.isInteger(sharedMemoryId) ? { sharedMemoryId } : {}),
    ...(status ? { status } : {}),
  };
}

async function sizeOf(file: string): Promise<number> {
  return (await readFile(file).catch(() => Buffer.alloc(0))).length;
}

async function logSince(file: string, offset: number): Promise<string> {
  return (await readFile(file).catch(() => Buffer.alloc(0))).subarray(offset).toString('utf8');
}
