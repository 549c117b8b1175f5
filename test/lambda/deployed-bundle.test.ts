import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readLambdaBundles } from '../../charts/lambda-bundles.ts';
import { globalServices } from '../../compositions/global-services/global-services.ts';
import { regionalStack } from '../../compositions/regional-stack/regional-stack.ts';
import { bundleFunction } from '../../scripts/lambda/bundle.ts';
import { functionNames, siteFunctionNames } from '../../src/api/names.ts';
import type { JsonObject } from '../../src/render/json.ts';
import { render } from '../../src/render/render.ts';
import { type Manifest, synthesize } from '../charts/synthesized.ts';
import { appOf, forProvider } from '../compositions/regional-stack/rendered-site.ts';

const app = appOf({ detection: { witness: true } });
const hashes = new Map<string, string>();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'understudy-build-'));
  for (const name of functionNames) {
    const { zip, sha256 } = await bundleFunction(name);
    hashes.set(name, sha256);
    await writeFile(path.join(folder, `${name}.zip`), zip);
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function objects(): readonly Manifest[] {
  return synthesize([app], readLambdaBundles(folder).built).get('0002-trading-dev') ?? [];
}

function keyOf(name: string): string {
  return `${name}-${hashes.get(name)?.slice(0, 12)}.zip`;
}

describe('a bundle as it is built', () => {
  it('is what the object in S3 carries, under a key that names its content', async () => {
    for (const name of functionNames) {
      const { zip } = await bundleFunction(name);
      const carried = objects().filter(({ kind, spec }) => kind === 'Object' && spec.forProvider.key === keyOf(name));
      expect(carried).toHaveLength(name === 'witness' ? 1 : 2);
      for (const { spec } of carried) {
        expect(Buffer.from(spec.forProvider.contentBase64, 'base64').equals(zip)).toBe(true);
      }
    }
  });

  it('fits into an object that a client-side apply can hold as well', () => {
    const sizes = objects().map((object) => [object.metadata.name, JSON.stringify(object).length] as const);
    expect(sizes.filter(([, size]) => size > 262_144)).toEqual([]);
  });

  it('is what the function of the witness runs', () => {
    const composition = globalServices(app);
    const services = objects().find(({ kind }) => kind === 'GlobalServices');
    if (composition === undefined || services === undefined) throw new Error('the sites share nothing');
    const rendered = render(composition, JSON.parse(JSON.stringify(services)) as JsonObject);
    expect(forProvider(rendered, 'witness')).toMatchObject({ s3Key: keyOf('witness'), handler: 'index.handler' });
  });

  it('is what the function of each site runs, so that new code is an update of it', () => {
    const stacks = objects().filter(({ kind }) => kind === 'RegionalStack');
    expect(stacks).toHaveLength(2);
    for (const stack of stacks) {
      const rendered = render(regionalStack(app), JSON.parse(JSON.stringify(stack)) as JsonObject);
      for (const name of siteFunctionNames) {
        expect(forProvider(rendered, name)).toMatchObject({ s3Key: keyOf(name), handler: 'index.handler' });
      }
    }
  });
});
