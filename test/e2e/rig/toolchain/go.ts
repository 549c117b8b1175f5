import { execFile, spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import { promisify } from 'node:util';
import { ownProcess } from '../process/owned.ts';

const run = promisify(execFile);

/** The oldest Go that the wrapper modules build with. */
const oldestGo = { major: 1, minor: 25 } as const;

const howToGetGo =
  `Install Go ${oldestGo.major}.${oldestGo.minor} or newer (https://go.dev/dl/) and put it on the PATH. ` +
  'The e2e tier builds etcd, kube-apiserver and Crossplane from source, once; `npm test` needs only Node.';

/** @throws Error that says what to install, when Go is missing or too old. */
export async function requireGo(): Promise<void> {
  let version: string;
  try {
    version = (await run('go', ['env', 'GOVERSION'])).stdout.trim();
  } catch (cause) {
    throw new Error(`The e2e tier needs Go, and there is no working \`go\` command here. ${howToGetGo}`, { cause });
  }
  if (!isNewEnough(version)) {
    throw new Error(`The e2e tier needs a newer Go than ${version}. ${howToGetGo}`);
  }
}

/** @param version as `go env GOVERSION` prints it, such as `go1.25.4` or `go1.26rc1`. */
export function isNewEnough(version: string): boolean {
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined || minor === undefined) {
    // A development build (`devel go1.27-…`) has no release number: whoever runs one knows what they do.
    return version.startsWith('devel');
  }
  return Number(major) > oldestGo.major || (Number(major) === oldestGo.major && Number(minor) >= oldestGo.minor);
}

export interface GoBuild {
  /** Folder that holds the go.mod. */
  readonly wrapperFolder: string;
  readonly package: string;
  readonly output: string;
  /** Go string variables by name, set by the linker. */
  readonly variables: Readonly<Record<string, string>>;
}

/** The flags that decide what the binary is; they are part of the cache's key. */
export const buildFlags = ['-trimpath', '-buildvcs=false', '-mod=readonly'] as const;

/**
 * Builds one program: static, without symbols, at low priority and two packages at a time, so that a small machine stays
 * usable.
 *
 * @throws Error with the end of what the compiler said.
 */
export async function goBuild(build: GoBuild): Promise<void> {
  const variables = Object.entries(build.variables).map(([name, value]) => `-X ${name}=${value}`);
  const args = ['build', ...buildFlags, '-ldflags', ['-s', '-w', ...variables].join(' '), '-o', build.output];
  const go = spawn('go', [...args, build.package], {
    cwd: build.wrapperFolder,
    env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-p=2', GOWORK: 'off' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // Minutes of compiling for nobody, otherwise, when a run is interrupted.
  ownProcess(go);
  if (go.pid !== undefined) {
    setPriority(go.pid, 10);
  }
  let said = '';
  const listen = (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4_000);
  };
  go.stdout.on('data', listen);
  go.stderr.on('data', listen);
  await new Promise<void>((resolve, reject) => {
    go.once('error', reject);
    go.once('close', (code, signal) => {
      if (code === 0) {
        resolve();
      } else {
        reject(new Error(`go build ${build.package} failed (${signal ?? `exit ${code}`}):\n${said}`));
      }
    });
  });
}

/** Where Go keeps the source of a module that a wrapper requires. */
export async function moduleFolder(wrapperFolder: string, module: string): Promise<string> {
  const { stdout } = await run('go', ['list', '-mod=readonly', '-m', '-f', '{{.Dir}}', module], {
    cwd: wrapperFolder,
    env: { ...process.env, GOFLAGS: '', GOWORK: 'off' },
  });
  return stdout.trim();
}
