import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFiles } from '../../src/api/read-files.ts';

describe('readFiles', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'understudy-read-files-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('reads files as named, and the YAML files of folders in order', async () => {
    await writeFile(join(folder, 'b.yaml'), 'b');
    await writeFile(join(folder, 'a.yml'), 'a');
    await writeFile(join(folder, 'notes.txt'), 'no');
    await mkdir(join(folder, 'c.yaml'));
    const { files, problems } = await readFiles([folder, join(folder, 'notes.txt')]);
    expect(problems).toEqual([]);
    expect(files).toEqual([
      { path: join(folder, 'a.yml'), text: 'a' },
      { path: join(folder, 'b.yaml'), text: 'b' },
      { path: join(folder, 'notes.txt'), text: 'no' },
    ]);
  });

  it('reports a path that does not exist, and reads the others', async () => {
    const good = join(folder, 'a.yaml');
    const missing = join(folder, 'b.yaml');
    await writeFile(good, 'a');
    const { files, problems } = await readFiles([missing, join(good, 'below'), good]);
    expect(files).toEqual([{ path: good, text: 'a' }]);
    expect(problems.map(({ code, file, message }) => [code, file, message])).toEqual([
      ['US1001', missing, 'does not exist'],
      ['US1001', join(good, 'below'), 'leads through something that is not a folder'],
    ]);
  });
});
