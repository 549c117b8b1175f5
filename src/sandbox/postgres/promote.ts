import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { UnderstudyError } from '../../api/errors.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';

const run = promisify(execFile);

/**
 * Ends recovery of a running standby: `pg_ctl promote`, which returns when it accepts writes.
 *
 * @throws UnderstudyError US5014 with what pg_ctl said.
 */
export async function promote(binaries: PostgresBinaries, dataDirectory: string): Promise<void> {
  try {
    await run(binaries.pgCtl, ['promote', '-D', dataDirectory, '-t', '60', '-s'], { ...binaries.user, cwd: '/' });
  } catch (cause) {
    const said = (cause as { readonly stderr?: string }).stderr?.trim() || String(cause);
    throw new UnderstudyError('US5014', `pg_ctl promote failed in ${dataDirectory}: ${said}`, { cause });
  }
}
