import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { buildImage } from './build-image.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'context-'));
  mkdirSync(join(folder, 'context/src/private'), { recursive: true });
  file('.dockerignore', '# all but these\n*\n!src\n!main.js\nsrc/private\n');
  file('src/private/key.js', 'leaked');
  file('src/word.txt', 'hello');
  file('main.js', "console.log(process.env.GREETING, require('node:fs').readFileSync('word.txt', 'utf8'))");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): void {
  writeFileSync(join(folder, 'context', name), text);
}

async function build(first: string) {
  file(
    'Dockerfile',
    `# syntax=x\nFROM --platform=$BUILDPLATFORM node:22 AS build\nWORKDIR /source\n${first}\nFROM scratch\nENV GREETING=Oh\nWORKDIR /app\nCOPY --from=build /source/out/ ./\nUSER 1:1\nENTRYPOINT ["/node", \\\n  "/app/main.js"]\n`,
  );
  return buildImage(join(folder, 'context'), join(folder, 'stages'));
}

describe('an image that is built without Docker', () => {
  it('holds what the last stage copies from the first, and starts as it says', async () => {
    const image = await build('COPY src ./src\nCOPY main.js ./\nRUN mkdir out && cp -r src/* main.js out/');
    expect(readdirSync(image.workdir).sort()).toEqual(['main.js', 'word.txt']);
    const [command = '', ...args] = image.entrypoint;
    expect(execFileSync(command, args, { cwd: image.workdir, env: image.env, encoding: 'utf8' })).toBe('Oh hello\n');
  });

  it('fails with what a step printed', async () => {
    await expect(build('RUN echo out of luck; exit 3')).rejects.toThrow('exit 3 failed:\nout of luck');
  });

  it('is not guessed at where an instruction is not known', async () => {
    await expect(build('ONBUILD RUN true')).rejects.toThrow('ONBUILD is not known here');
  });
});
