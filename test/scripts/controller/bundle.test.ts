import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { bundleController } from '../../../scripts/controller/bundle.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bundle-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Uses every library of the controller that does not bundle by itself, and a path that is known at run time alone. */
const source = `
import { KubeConfig } from '@kubernetes/client-node';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import pg from 'pg';
import { pino } from 'pino';
import { Gauge, Registry } from 'prom-client';
import yargs from 'yargs';
import { rdsAuthorities } from '../../../src/aws/rds-authorities.ts';

const registry = new Registry();
new Gauge({ name: 'up', help: 'Up.', registers: [registry] }).set(1);
const line: string[] = [];
pino({ base: null }, { write: (text: string) => void line.push(text) }).info('hello');
const arguments_ = await yargs(process.argv.slice(2)).version(process.env.UNDERSTUDY_VERSION ?? 'none').parseAsync();
console.log(JSON.stringify({
  metrics: (await registry.metrics()).includes('up 1'),
  logged: line.join('').includes('hello'),
  contexts: new KubeConfig().getContexts().length,
  pool: typeof new pg.Client().connect,
  authorities: rdsAuthorities.length > 50,
  region: await new DynamoDBClient({ region: 'us-west-2' }).config.region(),
  flag: arguments_['workers'],
}));
`;

async function bundled(text: string): Promise<{ readonly out: string; run(...args: string[]): Promise<string> }> {
  // Inside the repository, where the libraries are found.
  const entry = join('test/scripts/controller', `.entry-${process.pid}.ts`);
  writeFileSync(entry, text);
  const out = join(folder, 'out');
  try {
    await bundleController({ entry, outdir: out, version: '1.2.3' });
  } finally {
    rmSync(entry);
  }
  return {
    out,
    run: async (...args) => {
      const { stdout } = await promisify(execFile)(process.execPath, [join(out, 'main.mjs'), ...args], { cwd: folder });
      return stdout.trim();
    },
  };
}

describe("the controller's bundle", () => {
  it('is one file that runs where there is no node_modules', async () => {
    const { out, run } = await bundled(source);
    expect(JSON.parse(await run('--workers=3'))).toEqual({
      metrics: true,
      logged: true,
      contexts: 0,
      pool: 'function',
      authorities: true,
      region: 'us-west-2',
      flag: 3,
    });
    expect(readdirSync(out).sort()).toEqual(['main.mjs', 'main.mjs.LEGAL.txt', 'main.mjs.map']);
    expect(await run('--version')).toBe('1.2.3');
    expect(await run('--help')).toContain('--version');
  });

  it('leaves modules what they declare for themselves', async () => {
    const { run } = await bundled(`
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
const [__dirname, __filename] = ['own', 'names'];
console.log(typeof require('node:fs').readFileSync, __dirname, __filename);
`);
    expect(await run()).toBe('function own names');
  });
});
