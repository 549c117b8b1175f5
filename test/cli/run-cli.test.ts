import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runCli } from '../../src/cli/run-cli.ts';
import { captureConsole } from './captured-console.ts';

const said = captureConsole();

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cli-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function file(text: string): Promise<string> {
  const name = path.join(folder, 'app.yaml');
  await writeFile(name, text);
  return name;
}

const header = 'apiVersion: understudy.dev/v1alpha1\nkind: MultiRegionApp\nmetadata: { name: trading }\n';

describe('understudy validate', () => {
  it('accepts the example', async () => {
    expect(await runCli(['validate', 'examples/trading-rds.yaml'])).toBe(0);
    expect(said.out).toContain('MultiRegionApp trading');
  });

  it('names every problem with its line, at once', async () => {
    const name = await file(
      `${header}spec:\n  instnaces: { count: 2 }\n  primary: { vpcCidr: 10.0.0.0/16 }\n  secondary: { vpcCidr: 10.0.0.0/8 }\n`,
    );
    expect(await runCli(['validate', name])).toBe(1);
    const text = said.out;
    expect(text).toContain(`${name}:5`);
    expect(text).toContain('did you mean instances');
    expect(text).toContain('spec.secondary.vpcCidr');
  });

  it('prints problems for programs', async () => {
    const name = await file(`${header}spec: { speed: 1 }\n`);
    expect(await runCli(['validate', name, '--json'])).toBe(1);
    const { problems } = JSON.parse(said.out) as { problems: { file: string; line: number; code: string }[] };
    expect(problems).toContainEqual(
      expect.objectContaining({ file: name, line: 4, path: 'spec.speed', code: expect.stringMatching(/^US1\d{3}$/) }),
    );
  });

  it('says which file is missing', async () => {
    expect(await runCli(['validate', path.join(folder, 'nowhere.yaml')])).toBe(1);
    expect(said.out).toContain('nowhere.yaml');
  });
});

describe('understudy demo', () => {
  it.each([
    { args: ['demo', '--scenario', 'outtage'], message: 'there is no scenario "outtage"', remedy: 'outage' },
    { args: ['demo', '--speed', '0'], message: '--speed 0', remedy: '50' },
    { args: ['demo', '--speed', 'fast'], message: '--speed', remedy: '50' },
    { args: ['demo', 'nowhere.yaml'], message: 'nowhere.yaml', remedy: 'examples/trading-rds.yaml' },
  ])('refuses $args with a remedy, before it starts anything', async ({ args, message, remedy }) => {
    expect(await runCli(args)).toBe(1);
    expect(said.err).toContain(message);
    expect(said.err).toContain(remedy);
    expect(said.err).not.toContain('    at ');
  });

  it('refuses a file with problems, all of them named', async () => {
    const name = await file(`${header}spec:\n  speed: 1\n  primary: { vpcCidr: 10.0.0.0/33 }\n`);
    expect(await runCli(['demo', name])).toBe(1);
    expect(said.err).toContain('spec.speed');
    expect(said.err).toContain('spec.primary.vpcCidr');
  });
});

describe('the command line', () => {
  it.each([
    { args: [], says: 'No command' },
    { args: ['dmeo'], says: 'Did you mean demo' },
    { args: ['validate'], says: 'Not enough' },
    { args: ['demo', '--sped', '3'], says: 'sped' },
  ])('tells $args what is wrong and how to get help', async ({ args, says }) => {
    expect(await runCli(args)).toBe(2);
    expect(said.err).toContain(says);
    expect(said.err).toContain('--help');
  });

  it('has examples in its help', async () => {
    expect(await runCli(['demo', '--help'])).toBe(0);
    expect(said.out).toContain('--speed 10');
  });

  it('completes in the shell', async () => {
    expect(await runCli(['completion'])).toBe(0);
    expect(said.out).toContain('understudy');
  });
});
