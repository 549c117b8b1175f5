import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readControllerSettings } from '../../charts/controller/read-settings.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'settings-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function read(text: string) {
  const path = join(folder, 'controller.yaml');
  writeFileSync(path, text);
  const { settings, problems } = await readControllerSettings(path);
  return { settings, problems: problems.map(({ code, path: field, line }) => `${code} ${field}:${line ?? ''}`) };
}

describe("the controller's settings", () => {
  it('have a default each, without a file and in an empty one', async () => {
    const { settings: byDefault } = await readControllerSettings(undefined);
    expect(byDefault).toMatchObject({ replicas: 2, network: { policy: true }, monitoring: { alerts: false } });
    expect((await read('# nothing yet\n')).settings).toEqual(byDefault);
    expect((await read('monitoring: {}\nnetwork: {}\n')).settings).toEqual(byDefault);
  });

  it('are refused with every problem at once, each with its line', async () => {
    const { settings, problems } = await read(
      'replica: 3\nimage: understudy-controller\nnetwork:\n  egressPorts: [70000]\nlogLevel: loud\n',
    );
    expect(settings).toBeUndefined();
    expect(problems.sort()).toEqual([
      'US1005 replica:1',
      'US1007 image:2',
      'US1007 network.egressPorts[0]:4',
      'US1008 logLevel:5',
    ]);
  });

  it.each([
    ['no YAML', 'image: [', 'US1002 :1'],
    ['no settings', 'just words', 'US1007 :1'],
  ])('are refused where there is %s', async (_, text, expected) => {
    expect((await read(text)).problems).toContain(expected);
  });

  it('are refused where the file cannot be read', async () => {
    const { problems } = await readControllerSettings(join(folder, 'nowhere.yaml'));
    expect(problems).toEqual([expect.objectContaining({ code: 'US1001', message: 'does not exist' })]);
  });
});
