import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'synth-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs charts/main.ts as `cdk8s synth` does. */
function synth(apps: string): Promise<{ readonly code: number; readonly stderr: string }> {
  const env = { ...process.env, UNDERSTUDY_APPS: apps, CDK8S_OUTDIR: join(folder, 'dist') };
  return new Promise((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', 'charts/main.ts'], { env }, (error, _, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stderr });
    });
  });
}

describe('synth', () => {
  it('writes the manifests in the order in which they are applied, and leaves none of before', async () => {
    const first = await synth('examples/trading-rds.yaml');
    expect(first.code).toBe(0);
    writeFileSync(join(folder, 'dist/0003-gone-dev.k8s.yaml'), '');
    expect((await synth('examples/trading-rds.yaml')).code).toBe(0);
    expect(readdirSync(join(folder, 'dist'))).toEqual([
      '0000-packages.k8s.yaml',
      '0001-controller.k8s.yaml',
      '0001-platform.k8s.yaml',
      '0002-trading-dev.k8s.yaml',
    ]);
  });

  it('fails with every problem of a bad file, and writes nothing', async () => {
    const bad = join(folder, 'bad.yaml');
    writeFileSync(
      bad,
      'apiVersion: understudy.dev/v1alpha1\nkind: MultiRegionApp\nmetadata: { name: bad }\nspec:\n  speed: 1\n  secondary: { vpcCidr: 10.0.0.0/16 }\n',
    );
    const { code, stderr } = await synth(bad);
    expect(code).toBe(1);
    expect(stderr).toContain(`${bad}:5  spec.speed`);
    expect(stderr).toContain(`${bad}:6  spec.secondary.vpcCidr`);
    expect(stderr).not.toContain('    at ');
    expect(readdirSync(folder)).toEqual(['bad.yaml']);
  });
});
