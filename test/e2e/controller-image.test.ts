import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { controllerFlags } from '../../src/api/controller-flags.ts';
import { type BuiltImage, buildImage } from '../docker/build-image.ts';

const root = resolve(import.meta.dirname, '../..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string };

/** The steps of the Dockerfile, without Docker: what they leave is all that the process has. */
describe("the controller's image", () => {
  let folder: string;
  let image: BuiltImage;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'image-'));
    image = await buildImage(root, folder);
    rmSync(join(folder, 'build'), { recursive: true });
    chmodSync(image.workdir, 0o555);
  }, 600_000);

  afterAll(() => {
    chmodSync(image?.workdir ?? folder, 0o755);
    rmSync(folder, { recursive: true, force: true });
  });

  /** Starts it with nothing of this machine's environment, as a container would. */
  function start(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    const [command = '', ...words] = image.entrypoint;
    return new Promise((done) => {
      execFile(command, [...words, ...args], { cwd: image.workdir, env: image.env }, (error, stdout, stderr) => {
        done({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
      });
    });
  }

  it('holds the bundle, its source map and the licences of what is inside', () => {
    expect(readdirSync(image.workdir).sort()).toEqual(['main.mjs', 'main.mjs.LEGAL.txt', 'main.mjs.map']);
  });

  it('says its version', async () => {
    expect(await start('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('knows every flag of the reference', async () => {
    const { code, stdout } = await start('--help');
    expect(code).toBe(0);
    for (const flag of Object.keys(controllerFlags)) {
      expect(stdout).toContain(`--${flag}`);
    }
  });

  it('refuses a flag that it does not know, in a sentence', async () => {
    const { code, stderr } = await start('--wrokers=3');
    expect(code).not.toBe(0);
    expect(stderr).toContain('wrokers');
    expect(stderr).not.toContain('    at ');
  });
});
