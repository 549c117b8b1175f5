import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readApps } from '../../charts/app-files.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'apps-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, metadata: string, spec: string): string {
  const path = join(folder, `${name}.yaml`);
  const head = 'apiVersion: understudy.dev/v1alpha1\nkind: MultiRegionApp\n';
  writeFileSync(path, `${head}metadata: ${metadata}\nspec: ${spec}\n`);
  return path;
}

const account = 'accountId: "111122223333"';

describe('the applications of one cluster', () => {
  it('are those of files and folders', async () => {
    file('a', '{ name: a }', `{ ${account} }`);
    file('b', '{ name: b }', `{ ${account} }`);
    const { apps, problems } = await readApps([folder, 'examples/trading-rds.yaml']);
    expect(apps.map(({ metadata }) => metadata.name)).toEqual(['a', 'b', 'trading']);
    expect(problems).toEqual([]);
  });

  it('have all their problems reported at once, each with its line', async () => {
    const bad = file('bad', '{ name: bad }', '{ speed: 1, primary: { vpcCidr: 10.0.0.0/33 } }');
    const { problems } = await readApps([bad, join(folder, 'nowhere.yaml')]);
    const errors = problems.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ code, file: where, line }) => `${code} ${where}:${line ?? ''}`)).toEqual([
      `US1001 ${join(folder, 'nowhere.yaml')}:`,
      `US1007 ${bad}:4`,
      `US1005 ${bad}:4`,
    ]);
  });

  it('may not have compositions of one name', async () => {
    const first = file('first', '{ name: a-b }', `{ ${account}, environment: c }`);
    const second = file('second', '{ name: a }', `{ ${account}, environment: b-c }`);
    const { problems } = await readApps([first, second]);
    expect(problems).toContainEqual(
      expect.objectContaining({ code: 'US1020', file: second, message: expect.stringContaining(`${first}:1`) }),
    );
  });

  it('have one source of credentials', async () => {
    const first = file('first', '{ name: a }', `{ ${account} }`);
    const second = file('second', '{ name: b }', `{ ${account}, operations: { credentials: { source: Secret } } }`);
    const { problems } = await readApps([first, second]);
    expect(problems).toEqual([
      expect.objectContaining({ code: 'US1021', file: second, path: 'spec.operations.credentials' }),
    ]);
  });

  it('are at least one', async () => {
    const plan = join(folder, 'empty.yaml');
    writeFileSync(plan, '# nothing\n');
    expect((await readApps([plan])).problems).toEqual([expect.objectContaining({ code: 'US1003' })]);
  });
});
