import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { inflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Bundle, bundleFunction } from '../../scripts/lambda/bundle.ts';
import { functionNames } from '../../src/api/names.ts';

const root = path.resolve(import.meta.dirname, '../..');
const run = promisify(execFile);
let bundles: readonly Bundle[];

beforeAll(async () => {
  bundles = await Promise.all(functionNames.map((name) => bundleFunction(name)));
});

describe('the bundles of the Lambda functions', () => {
  it('are the same bytes each time', async () => {
    for (const { name, zip, sha256 } of bundles) {
      const again = await bundleFunction(name);
      expect({ name, sha256: again.sha256 }).toEqual({ name, sha256 });
      expect(again.zip.equals(zip)).toBe(true);
    }
  });

  it('tell each other apart', () => {
    expect(new Set(bundles.map(({ sha256 }) => sha256)).size).toBe(functionNames.length);
  });

  it('fit into an object of Kubernetes', () => {
    const large = bundles.filter(({ zip }) => zip.length >= 300_000).map(({ name, zip }) => `${name}: ${zip.length}`);
    expect(large).toEqual([]);
  });

  it('leave the AWS SDK to the runtime, and nothing else', () => {
    for (const { name, zip } of bundles) {
      const imported = [...entryOf(zip).matchAll(/\bfrom"([^".][^"]*)"/g)].map((match) => match[1] ?? '');
      const foreign = imported.filter((specifier) => !/^(node:|@aws-sdk\/)/.test(specifier));
      expect({ name, imported: imported.length > 0, foreign }).toEqual({ name, imported: true, foreign: [] });
    }
  });

  describe('where the runtime loads them', () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'understudy-bundle-'));
      await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    it.each(functionNames)('%s exports a handler', async (name) => {
      const bundle = bundles.find((each) => each.name === name);
      const file = path.join(folder, `${name}.mjs`);
      await writeFile(file, entryOf(bundle?.zip ?? Buffer.alloc(0)));
      const script = `const { handler } = await import(${JSON.stringify(file)}); console.log(typeof handler)`;
      const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script]);
      expect(stdout).toBe('function\n');
    });
  });
});

/** The one entry of a zip, index.mjs: its local header comes first, its sizes stand in the central directory. */
function entryOf(zip: Buffer): string {
  const directory = zip.indexOf(Buffer.from('PK\u0001\u0002', 'latin1'));
  expect(zip.subarray(directory + 46, directory + 46 + zip.readUInt16LE(directory + 28)).toString()).toBe('index.mjs');
  const begin = 30 + zip.readUInt16LE(26) + zip.readUInt16LE(28);
  return inflateRawSync(zip.subarray(begin, begin + zip.readUInt32LE(directory + 20))).toString();
}
