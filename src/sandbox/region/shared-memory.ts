import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { readPostmasterFile } from '../postgres/postgres-server.ts';

const run = promisify(execFile);

/**
 * Removes what a killed PostgreSQL leaves in the kernel: one small SysV segment a server, of which some systems have
 * few. The next start would remove it too, but there may be none.
 *
 * @param directory of the region, whose processes are dead.
 */
export async function removeSharedMemory(directory: string): Promise<void> {
  const databases = path.join(directory, 'rds');
  for (const name of await readdir(databases).catch(() => [])) {
    const id = (await readPostmasterFile(path.join(databases, name, 'data')))?.sharedMemoryId;
    // It may be gone already, or `ipcrm` may not be installed.
    if (id !== undefined) await run('ipcrm', ['-m', String(id)]).catch(() => {});
  }
}
