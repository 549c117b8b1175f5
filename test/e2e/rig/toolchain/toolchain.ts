import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { buildKey, cacheFolder } from './cache-folder.ts';
import { buildFlags, goBuild, moduleFolder, requireGo } from './go.ts';
import { type Tool, type ToolName, tools } from './tools.ts';

/** Told what is being built, one line at a time. */
export type Progress = (line: string) => void;

const toStderr: Progress = (line) => process.stderr.write(`${line}\n`);

/** Builds of this process, so that two callers at once share one. */
const underWay = new Map<ToolName, Promise<string>>();

/**
 * The path of a program, built first where the cache does not hold it. The versions are those of the wrapper's go.mod;
 * `KUBEBUILDER_ASSETS` supplies etcd, kube-apiserver and kubectl instead where it is set.
 *
 * @throws Error when Go is missing or too old, or the build fails.
 */
export async function tool(name: ToolName, progress: Progress = toStderr): Promise<string> {
  const supplied = suppliedBinary(name);
  return supplied ?? join(await toolFolder(name, progress), name);
}

/** The folder that holds a program and its data (`Tool.data`). */
export async function toolFolder(name: ToolName, progress: Progress = toStderr): Promise<string> {
  let build = underWay.get(name);
  if (build === undefined) {
    build = cached(name, progress);
    underWay.set(name, build);
    build.catch(() => underWay.delete(name));
  }
  return build;
}

function suppliedBinary(name: ToolName): string | undefined {
  const assets = process.env.KUBEBUILDER_ASSETS;
  if (assets === undefined || assets === '' || !tools[name].inKubebuilderAssets) {
    return undefined;
  }
  const binary = join(assets, name);
  if (!existsSync(binary)) {
    throw new Error(
      `KUBEBUILDER_ASSETS is ${assets}, which holds no ${name}. Correct it, or unset it to build ${name}.`,
    );
  }
  return binary;
}

async function cached(name: ToolName, progress: Progress): Promise<string> {
  const description: Tool = tools[name];
  const wrapperFolder = join(import.meta.dirname, description.wrapper);
  const goMod = await readFile(join(wrapperFolder, 'go.mod'), 'utf8');
  const goSum = await readFile(join(wrapperFolder, 'go.sum'), 'utf8');
  const version = requiredVersion(goMod, description.module);
  const key = buildKey([goMod, goSum, JSON.stringify(description), ...buildFlags, process.platform, process.arch]);
  const folder = join(cacheFolder(), `${name}-${version}-${key}`);
  if (!existsSync(folder)) {
    await buildInto(folder, name, version, wrapperFolder, progress);
  }
  return folder;
}

/** The version that a go.mod requires a module at. */
export function requiredVersion(goMod: string, module: string): string {
  for (const line of goMod.split('\n')) {
    const [path, version] = line
      .replace(/^require\s/, '')
      .trim()
      .split(/\s+/);
    if (path === module && version?.startsWith('v') === true) {
      return version;
    }
  }
  throw new Error(`the wrapper's go.mod requires no version of ${module}`);
}

/**
 * Builds beside the final place and renames: whoever finds the folder finds all of it, whatever was killed before, and of
 * two runs that build at once the first to finish wins.
 */
async function buildInto(
  folder: string,
  name: ToolName,
  version: string,
  wrapperFolder: string,
  progress: Progress,
): Promise<void> {
  await requireGo();
  const description: Tool = tools[name];
  const parent = cacheFolder();
  await mkdir(parent, { recursive: true });
  await removeAbandoned(parent, name);
  const unfinished = await mkdtemp(join(parent, `${unfinishedPrefix(name)}${process.pid}-`));
  const started = performance.now();
  const seconds = () => Math.round((performance.now() - started) / 1_000);
  progress(`toolchain: building ${name} ${version} (once, then it is cached)`);
  const heartbeat = setInterval(() => progress(`toolchain: still building ${name}, ${seconds()} s`), 30_000);
  try {
    await goBuild({
      wrapperFolder,
      package: description.package,
      output: join(unfinished, name),
      variables: Object.fromEntries(description.versionVariables.map((variable) => [variable, version])),
    });
    await copyData(description, wrapperFolder, unfinished);
    await rename(unfinished, folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') {
        throw error;
      }
    });
    progress(`toolchain: built ${name} ${version} in ${seconds()} s`);
  } finally {
    clearInterval(heartbeat);
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function copyData(description: Tool, wrapperFolder: string, to: string): Promise<void> {
  if (Object.keys(description.data).length === 0) {
    return;
  }
  const source = await moduleFolder(wrapperFolder, description.module);
  for (const [name, from] of Object.entries(description.data)) {
    await cp(join(source, from), join(to, name), { recursive: true });
    // The module cache is read-only; a cache that cannot be deleted by its owner would be a nuisance.
    await chmod(join(to, name), 0o755);
  }
}

function unfinishedPrefix(name: ToolName): string {
  return `.unfinished-${name}-`;
}

/** Removes what a killed build left: the process in the folder's name is gone. */
async function removeAbandoned(parent: string, name: ToolName): Promise<void> {
  const prefix = unfinishedPrefix(name);
  for (const entry of await readdir(parent)) {
    const pid = Number(basename(entry).slice(prefix.length).split('-')[0]);
    if (entry.startsWith(prefix) && !isRunning(pid)) {
      await rm(join(parent, entry), { recursive: true, force: true });
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
