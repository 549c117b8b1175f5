import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { functionNames } from '../src/api/names.ts';
import { bundleFunction } from './lambda/bundle.ts';

/**
 * `npm run build:lambda`: writes build/lambda/<function>.zip, the same bytes for the same sources, and says how large
 * each is.
 */

/**
 * What a bundle may measure: in base64 it must fit into an object of Kubernetes, and etcd takes 1.5 MiB by default.
 *
 * @see https://etcd.io/docs/v3.5/dev-guide/limit/
 */
const largestBytes = 300_000;

const root = resolve(import.meta.dirname, '..');
const folder = join(root, 'build/lambda');
await mkdir(folder, { recursive: true });
for (const name of functionNames) {
  const { zip, sha256 } = await bundleFunction(name);
  await writeFile(join(folder, `${name}.zip`), zip);
  console.log(`${name.padEnd(10)} ${(zip.length / 1000).toFixed(1).padStart(6)} kB  sha256 ${sha256}`);
  if (zip.length > largestBytes) {
    console.error(`${name}.zip is larger than ${largestBytes / 1000} kB.`);
    process.exitCode = 1;
  }
}
