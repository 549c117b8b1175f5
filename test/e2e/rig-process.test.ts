import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type Daemon, startDaemon } from './rig/process/daemon.ts';
import { freePort } from './rig/process/free-port.ts';
import { ownFolder } from './rig/process/owned.ts';
import { waitFor } from './rig/process/wait-for.ts';

const projectRoot = join(import.meta.dirname, '../..');

describe('what the rig starts', () => {
  it.each(['SIGKILL', 'SIGINT', 'SIGTERM'] as const)('is gone after its owner ends by %s', async (signal) => {
    const owner = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', ownerProgram], {
      cwd: projectRoot,
      env: { ...process.env, UNDERSTUDY_KEEP: '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const { folder, pid } = JSON.parse(await firstLine(owner.stdout)) as { folder: string; pid: number };
    expect(existsSync(folder)).toBe(true);
    owner.kill(signal);
    await waitFor('the process is gone', async () => !isRunning(pid));
    await waitFor('the folder is gone', async () => !existsSync(folder));
  });
});

/** Starts a process that would run for an hour, says which, and waits for its own end. */
const ownerProgram = `
  const { ownFolder } = await import('./test/e2e/rig/process/owned.ts');
  const { startDaemon } = await import('./test/e2e/rig/process/daemon.ts');
  const { readFileSync } = await import('node:fs');
  const folder = ownFolder('owner');
  const daemon = await startDaemon({
    name: 'sleeper', command: 'sh', args: ['-c', 'echo $$; exec sleep 3600'], folder,
    isReady: async () => readFileSync(folder + '/sleeper.log', 'utf8').endsWith('\\n'),
  });
  console.log(JSON.stringify({ folder, pid: Number(daemon.logTail()) }));
`;

async function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  const lines = createInterface({ input: stream });
  return new Promise((resolve) => lines.once('line', resolve));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('a daemon', () => {
  const folder = ownFolder('daemon');
  let daemon: Daemon | undefined;

  afterEach(() => daemon?.stop(0));

  const shell = (name: string, script: string, isReady: () => Promise<boolean> = async () => false) =>
    startDaemon({ name, command: 'sh', args: ['-c', script], folder, isReady, readyLimitMs: 2_000 });

  it('that ends before it serves fails with its log', async () => {
    await expect(shell('ends', 'echo port is taken; exit 3')).rejects.toThrow(/ends ended \(exit 3\).*\nport is taken/);
  });

  it('that never serves is ended, and fails with its log', async () => {
    await expect(shell('silent', 'echo waiting; exec sleep 3600')).rejects.toThrow(
      /does not serve after 2 s.*\nwaiting/,
    );
  });

  it('that cannot be started fails', async () => {
    const start = startDaemon({ name: 'missing', command: '/nowhere', args: [], folder, isReady: async () => false });
    await expect(start).rejects.toThrow('could not be started');
  });

  it('that ignores SIGTERM is killed after the grace', async () => {
    daemon = await shell('stubborn', 'trap "" TERM; echo up; while :; do sleep 0.1; done', async () => true);
    await daemon.stop(100);
    expect(daemon.isRunning()).toBe(false);
  });

  it('shows its log when a wait fails while it runs', async () => {
    daemon = await shell('talker', 'echo hello from the log; exec sleep 3600', async () => true);
    const { logTail } = daemon;
    await waitFor('it has spoken', async () => logTail() !== '');
    const wait = waitFor('the moon is blue', () => Promise.reject(new Error('still white')), {
      limitMs: 50,
      everyMs: 10,
    });
    await expect(wait).rejects.toThrow(/the moon is blue \(still white\)[\s\S]*hello from the log/);
  });
});

it('free ports differ, and lie below the ephemeral range', async () => {
  const ports = await Promise.all(Array.from({ length: 20 }, freePort));
  expect(new Set(ports).size).toBe(20);
  expect(Math.max(...ports)).toBeLessThan(32_768);
});
