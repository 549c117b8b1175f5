import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { type Instruction, stagesOf } from './dockerfile.ts';

/** What an image would hold and start, as folders of this machine. */
export interface BuiltImage {
  /** The image's working directory. */
  readonly workdir: string;
  /** The command with its arguments, with Node as the one that runs the tests. */
  readonly entrypoint: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Does what `docker build` does with a Dockerfile of two stages, without Docker: each stage is a folder, and each `RUN` is
 * executed in it. Bases are not there, so the programs are this machine's: node, npm and sh.
 *
 * @param root the build context.
 * @param folder an empty one, for the stages.
 * @throws Error for an instruction that it does not know, and for a `RUN` that fails, with what that printed.
 */
export async function buildImage(root: string, folder: string): Promise<BuiltImage> {
  const [build, run] = stagesOf(readFileSync(join(root, 'Dockerfile'), 'utf8'));
  if (build?.alias === undefined || run === undefined) {
    throw new Error('the Dockerfile has no two stages, the first with a name');
  }
  const context = { folder: root, isLeftOut: dockerIgnore(root) };
  const built = join(folder, build.alias);
  await runStage(build.instructions, built, { '': context });
  const image = join(folder, 'image');
  return runStage(run.instructions, image, { [build.alias]: { folder: built, isLeftOut: () => false } });
}

/** A place that files are copied from. */
interface Source {
  readonly folder: string;
  readonly isLeftOut: (path: string) => boolean;
}

async function runStage(
  instructions: readonly Instruction[],
  folder: string,
  sources: Readonly<Record<string, Source>>,
): Promise<BuiltImage> {
  let workdir = folder;
  let entrypoint: readonly string[] = [];
  const env: Record<string, string> = {};
  for (const { name, value } of instructions) {
    switch (name) {
      case 'WORKDIR':
        workdir = join(folder, value);
        mkdirSync(workdir, { recursive: true });
        break;
      case 'COPY':
        copy(value, workdir, sources);
        break;
      case 'RUN':
        await execute(value, workdir, env);
        break;
      case 'ENV':
        Object.assign(env, Object.fromEntries([value.split('=')]));
        break;
      case 'ENTRYPOINT': {
        const [, ...rest] = JSON.parse(value) as string[];
        entrypoint = [process.execPath, ...rest.map((word) => (word.startsWith('/') ? join(folder, word) : word))];
        break;
      }
      case 'LABEL':
      case 'USER':
      case 'EXPOSE':
      case 'HEALTHCHECK':
        break;
      default:
        throw new Error(`${name} is not known here`);
    }
  }
  return { workdir, entrypoint, env };
}

/** A folder gives its content, a file itself. */
function copy(value: string, workdir: string, sources: Readonly<Record<string, Source>>): void {
  const words = value.split(' ');
  const from = words[0]?.startsWith('--from=') ? (words.shift()?.slice('--from='.length) ?? '') : '';
  const to = words.pop() ?? '';
  const source = sources[from];
  if (source === undefined) {
    throw new Error(`COPY ${value}: there is no stage ${from}`);
  }
  for (const word of words) {
    const path = join(source.folder, word);
    const isFolder = statSync(path).isDirectory();
    const target = join(workdir, to, !isFolder && to.endsWith('/') ? basename(word) : '');
    cpSync(path, target, { recursive: true, filter: (each) => !source.isLeftOut(relative(source.folder, each)) });
  }
}

async function execute(command: string, cwd: string, env: Readonly<Record<string, string>>): Promise<void> {
  try {
    await promisify(execFile)('sh', ['-c', command], { cwd, env: { ...process.env, ...env } });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string };
    throw new Error(`RUN ${command} failed:\n${stdout}${stderr}`, { cause: error });
  }
}

/** Rules of .dockerignore, as far as the project's go: names, `*`, and `!`; the last that fits decides. */
function dockerIgnore(root: string): (path: string) => boolean {
  const rules = readFileSync(join(root, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ pattern: line.replace(/^!/, ''), leavesOut: !line.startsWith('!') }));
  return (path) => {
    const fits = ({ pattern }: { pattern: string }) =>
      pattern === '*' || path === pattern || path.startsWith(`${pattern}/`);
    return rules.findLast(fits)?.leavesOut ?? false;
  };
}
