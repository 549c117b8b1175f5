import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { bundleFunction } from '../scripts/lambda/bundle.ts';
import { functionNames } from '../src/api/names.ts';
import { functionCode } from '../src/bundle/function-code.ts';
import { callsOfQuietMinute } from './lambda-calls.ts';

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '..');
const rounds = 5;

/**
 * The functions: size of their bundles, cold start and memory in a fresh Node process, and what they ask of AWS in a
 * minute in which nothing happens.
 */
export async function lambdaBench(): Promise<object> {
  const folder = await mkdtemp(path.join(tmpdir(), 'understudy-bench-'));
  try {
    await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
    const functions: Record<string, object> = {};
    for (const name of functionNames) {
      const { zip } = await bundleFunction(name);
      const code = await functionCode(name);
      const file = path.join(folder, `${name}.mjs`);
      await writeFile(file, code);
      functions[name] = { zipBytes: zip.length, codeBytes: code.length, ...(await coldStart(file)) };
    }
    return { functions, callsOfQuietMinute: await callsOfQuietMinute() };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Start {
  readonly importMs: number;
  readonly firstCallMs: number;
  readonly rssMiB: number;
}

/**
 * Imports the bundle and calls its handler once, with nothing in its environment: it comes as far as its settings, so
 * what is measured is Node, the bundle and the parts of the AWS SDK that it imports, and no network.
 */
async function coldStart(file: string): Promise<object> {
  const script = `
    const began = performance.now();
    const { handler } = await import(${JSON.stringify(file)});
    const imported = performance.now();
    process.stdout.write = () => true;
    await handler({}, { awsRequestId: 'bench', getRemainingTimeInMillis: () => 60000 }).catch(() => {});
    const called = performance.now();
    console.error(JSON.stringify({
      importMs: imported - began, firstCallMs: called - imported, rssMiB: process.memoryUsage().rss / 2 ** 20,
    }));`;
  const env = { PATH: process.env.PATH, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
  const starts: Start[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const { stderr } = await run(process.execPath, ['--input-type=module', '-e', script], { env });
    starts.push(JSON.parse(stderr) as Start);
  }
  const middle = (of: (start: Start) => number): number =>
    Math.round(starts.map(of).sort((one, other) => one - other)[Math.floor(rounds / 2)] ?? Number.NaN);
  return {
    importMs: middle(({ importMs }) => importMs),
    firstCallMs: middle(({ firstCallMs }) => firstCallMs),
    rssMiB: middle(({ rssMiB }) => rssMiB),
  };
}
