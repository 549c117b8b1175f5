import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { runCli } from '../../src/cli/run-cli.ts';
import { captureConsole } from './captured-console.ts';

const said = captureConsole();

const example = 'examples/trading-rds.yaml';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'render-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

interface Described {
  readonly composite: string;
  readonly awsName: string | null;
  readonly region: string | null;
  readonly resource: {
    readonly kind: string;
    readonly metadata: { readonly name: string; readonly namespace: string };
  };
}

async function described(): Promise<Described[]> {
  expect(await runCli(['render', example, '--json'])).toBe(0);
  return JSON.parse(said.out) as Described[];
}

describe('understudy render', () => {
  it('lists the resources of both sites, and of what they share, with their names in AWS', async () => {
    expect(await runCli(['render', example])).toBe(0);
    const text = said.out;
    expect(text).toMatch(/RegionalStack trading-primary: \d+ resources/);
    expect(text).toMatch(/GlobalServices trading-global: \d+ resources/);
    expect(text).toMatch(/LB \(elbv2\) +us-east-1 +trading-alb-dev +trading-primary-/);
    expect(text).toMatch(/LB \(elbv2\) +us-west-2 +trading-alb-dev +trading-secondary-/);
    expect(text).toMatch(/Instance \(rds\) +us-west-2 +trading-db-dev-a1 /);
    expect(text).toMatch(/Role \(iam\) +global +trading-failover-dev-us-west-2 /);
    expect(text).toContain('More when there is: spec.failover.databases.b.generation');
  });

  it('gives both sites the same kinds, but for the checks of their roles', async () => {
    const all = await described();
    const kinds = (composite: string) =>
      all
        .filter((each) => each.composite === composite && each.resource.kind !== 'HealthCheck')
        .map(({ resource }) => resource.kind);
    expect(kinds('trading-secondary')).toEqual(kinds('trading-primary'));
    expect(kinds('trading-primary').length).toBeGreaterThan(100);
  });

  it('puts each resource into the namespace under a name of its own', async () => {
    const names = (await described()).map(({ resource }) => {
      const { namespace, name } = resource.metadata;
      return `${resource.kind} ${namespace}/${name}`;
    });
    expect(names).toHaveLength(new Set(names).size);
    expect(names.filter((name) => !name.includes(' trading/trading-'))).toEqual([]);
  });

  it('writes a file for each composite', async () => {
    expect(await runCli(['render', example, '-o', folder])).toBe(0);
    expect((await readdir(folder)).sort()).toEqual([
      'trading-global.yaml',
      'trading-primary.yaml',
      'trading-secondary.yaml',
    ]);
    const written = parseAllDocuments(await readFile(path.join(folder, 'trading-primary.yaml'), 'utf8'));
    expect(said.out).toContain(`trading-primary.yaml  ${written.length} resources`);
    expect(written.length).toBeGreaterThan(100);
    expect(written.flatMap(({ errors }) => errors)).toEqual([]);
  });

  it('takes either a folder or --json', async () => {
    expect(await runCli(['render', example, '-o', folder, '--json'])).toBe(2);
    expect(await readdir(folder)).toEqual([]);
  });

  it('refuses a file that is not there with a remedy', async () => {
    expect(await runCli(['render', 'nowhere.yaml'])).toBe(1);
    expect(said.err).toContain('US1001');
    expect(said.err).not.toContain('    at ');
  });
});
