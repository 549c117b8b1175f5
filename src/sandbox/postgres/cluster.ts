import { execFile } from 'node:child_process';
import { chown, mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { UnderstudyError } from '../../api/errors.ts';
import type { PostgresBinaries, PostgresUser } from './postgres-binaries.ts';

/** The service's own superuser, as on RDS; users never get it. */
export const superuser = 'rdsadmin';
/** Replicas connect as this role, as on RDS. */
export const replicationUser = 'rdsrepladmin';

const run = promisify(execFile);

/**
 * Roles of the service come in without a password: nothing but this machine's own processes reaches 127.0.0.1. Users
 * must give theirs.
 */
const hostBasedAuthentication = `# TYPE DATABASE USER ADDRESS METHOD
host all ${superuser} 127.0.0.1/32 trust
host replication ${replicationUser} 127.0.0.1/32 trust
host all all 127.0.0.1/32 scram-sha-256
`;

/**
 * Makes an empty cluster. Segments of the log are 1 MB in place of 16, so that a base backup is small.
 *
 * @throws UnderstudyError US5013 with what initdb said.
 */
export async function initializeCluster(binaries: PostgresBinaries, dataDirectory: string): Promise<void> {
  await makeDataDirectory(dataDirectory, binaries.user);
  const options = ['-U', superuser, '-A', 'trust', '--wal-segsize=1', '--encoding=UTF8', '--locale=C'];
  try {
    await run(binaries.initdb, ['-D', dataDirectory, '--no-sync', ...options], { ...binaries.user, cwd: '/' });
  } catch (cause) {
    const said = (cause as { readonly stderr?: string }).stderr?.trim() || String(cause);
    const full = said.includes('No space left on device');
    throw new UnderstudyError('US5013', `initdb failed in ${dataDirectory}: ${said}`, {
      cause,
      ...(full ? { remedy: 'The disk is full: free about 500 MB, or set TMPDIR to a folder on another disk.' } : {}),
    });
  }
  await writeFile(path.join(dataDirectory, 'pg_hba.conf'), hostBasedAuthentication);
}

/** PostgreSQL wants its data directory closed to others, and its own. */
export async function makeDataDirectory(dataDirectory: string, user: PostgresUser | undefined): Promise<void> {
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  if (user !== undefined) await chown(dataDirectory, user.uid, user.gid);
}

/** Gives everything below a folder to the user that PostgreSQL runs as. */
export async function giveTo(user: PostgresUser, directory: string): Promise<void> {
  const entries = await readdir(directory, { recursive: true });
  for (const entry of ['.', ...entries]) await chown(path.join(directory, entry), user.uid, user.gid);
}
