import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { buildKey, cacheFolder } from './rig/toolchain/cache-folder.ts';
import { isNewEnough } from './rig/toolchain/go.ts';
import { requiredVersion } from './rig/toolchain/toolchain.ts';
import { toolNames, tools } from './rig/toolchain/tools.ts';

const main = join(import.meta.dirname, 'rig/toolchain/main.ts');

describe('the toolchain', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'understudy-toolchain-'));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const command = ['--import', 'tsx', main];
  const cwd = join(import.meta.dirname, '../..');
  const environment = (env: NodeJS.ProcessEnv) => ({
    ...process.env,
    KUBEBUILDER_ASSETS: '',
    UNDERSTUDY_CACHE: join(folder, 'cache'),
    ...env,
  });
  const build = (env: NodeJS.ProcessEnv) =>
    spawnSync(process.execPath, command, { cwd, env: environment(env), encoding: 'utf8' });
  const buildInBackground = async (env: NodeJS.ProcessEnv) => {
    const child = spawn(process.execPath, command, { cwd, env: environment(env), stdio: 'ignore' });
    const [status] = await once(child, 'exit');
    return status;
  };

  it('says what to install where there is no Go', () => {
    const { status, stderr } = build({ PATH: dirname(process.execPath) });
    expect(status).toBe(1);
    expect(stderr).toContain('Install Go 1.25 or newer');
    expect(stderr).not.toContain('    at ');
  });

  it('says what to install where Go is too old', () => {
    writeFileSync(join(folder, 'go'), '#!/bin/sh\necho go1.22.3\n', { mode: 0o755 });
    const { status, stderr } = build({ PATH: `${folder}:${process.env.PATH}` });
    expect(status).toBe(1);
    expect(stderr).toContain('needs a newer Go than go1.22.3');
  });

  it('keeps nothing of a build that failed, and says what the compiler said', () => {
    writeFileSync(
      join(folder, 'go'),
      '#!/bin/sh\n[ "$1" = env ] && echo go1.25.0 && exit\necho no such package >&2; exit 1\n',
      {
        mode: 0o755,
      },
    );
    const { status, stderr } = build({ PATH: `${folder}:${process.env.PATH}` });
    expect(status).toBe(1);
    expect(stderr).toContain('no such package');
    expect(readdirSync(cacheFolder({ UNDERSTUDY_CACHE: join(folder, 'cache') }))).toEqual([]);
  });

  it('builds each program once, also when two runs begin at once or one was killed before', async () => {
    const cache = cacheFolder({ UNDERSTUDY_CACHE: join(folder, 'cache') });
    mkdirSync(join(cache, `.unfinished-etcd-${await endedPid()}-abc`), { recursive: true });
    const env = withGoThatSucceeds(folder);

    const both = await Promise.all([buildInBackground(env), buildInBackground(env)]);
    expect(both).toEqual([0, 0]);
    const programs = readdirSync(cache).map((entry) => entry.replace(/-v\d.*/, ''));
    expect(programs.sort()).toEqual([...toolNames].sort());
    expect(readdirSync(join(cache, readdirSync(cache).find((entry) => entry.startsWith('crossplane-')) ?? ''))).toEqual(
      ['crds', 'crossplane', 'webhookconfigurations'],
    );
    expect(build({ ...env, PATH: dirname(process.execPath) })).toMatchObject({ status: 0, stderr: '' });
  });

  it('builds only what KUBEBUILDER_ASSETS does not supply', () => {
    const assets = join(folder, 'assets');
    mkdirSync(assets);
    for (const name of ['etcd', 'kube-apiserver', 'kubectl']) {
      writeFileSync(join(assets, name), '', { mode: 0o755 });
    }
    const { stderr } = build({ ...withGoThatSucceeds(folder), KUBEBUILDER_ASSETS: assets });
    const built = [...stderr.matchAll(/building (\S+)/g)].map(([, name]) => name);
    expect(built).toEqual(['kube-controller-manager', 'crossplane', 'function-auto-ready']);
  });

  it('names a folder of KUBEBUILDER_ASSETS that lacks a program', () => {
    const { status, stderr } = build({ KUBEBUILDER_ASSETS: folder });
    expect(status).toBe(1);
    expect(stderr).toContain(`KUBEBUILDER_ASSETS is ${folder}, which holds no etcd`);
  });
});

/** Puts a Go first on the PATH that answers as the real one would, and takes long enough that two builds overlap. */
function withGoThatSucceeds(folder: string): { readonly PATH: string; readonly MODULE: string } {
  mkdirSync(join(folder, 'module/cluster/crds'), { recursive: true });
  mkdirSync(join(folder, 'module/cluster/webhookconfigurations'), { recursive: true });
  writeFileSync(join(folder, 'go'), goThatSucceeds, { mode: 0o755 });
  return { PATH: `${folder}:${process.env.PATH}`, MODULE: join(folder, 'module') };
}

const goThatSucceeds = `#!/bin/sh
case "$1" in
  env) echo go1.25.0 ;;
  list) echo "$MODULE" ;;
  build) sleep 0.1; while [ "$1" != -o ]; do shift; done; echo binary > "$2" ;;
esac
`;

/** The number of a process that is no more. */
async function endedPid(): Promise<number> {
  const child = spawn('true');
  await once(child, 'exit');
  return child.pid ?? 0;
}

describe('isNewEnough', () => {
  it.each([
    ['go1.25.0', true],
    ['go1.26rc1', true],
    ['go2.0', true],
    ['go1.24.9', false],
    ['devel go1.27-abcdef', true],
    ['nonsense', false],
  ])('%s: %s', (version, expected) => {
    expect(isNewEnough(version)).toBe(expected);
  });
});

describe('requiredVersion', () => {
  it('reads the version of a module, in a block or on its own line', () => {
    expect(requiredVersion('module a\n\nrequire b/c v1.2.3\n', 'b/c')).toBe('v1.2.3');
    expect(requiredVersion('require (\n\tb/c/d v9.9.9 // indirect\n\tb/c v1.2.3 // indirect\n)\n', 'b/c')).toBe(
      'v1.2.3',
    );
  });

  it('does not take a replacement for a requirement', () => {
    expect(() => requiredVersion('replace b/c => b/d v1.2.3\n', 'b/c')).toThrow('requires no version of b/c');
  });
});

describe('buildKey', () => {
  it('tells inputs apart that are equal when joined', () => {
    expect(buildKey(['ab', 'c'])).not.toBe(buildKey(['a', 'bc']));
  });
});

it('only the programs of the envtest bundles may come from KUBEBUILDER_ASSETS', () => {
  const supplied = Object.entries(tools).filter(([, tool]) => tool.inKubebuilderAssets);
  expect(supplied.map(([name]) => name)).toEqual(['etcd', 'kube-apiserver', 'kubectl']);
});
