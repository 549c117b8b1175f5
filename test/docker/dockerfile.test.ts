import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { defaultImage } from '../../charts/controller/settings.ts';
import { deploymentOf } from '../charts/controller/controller-objects.ts';
import { type Stage, stagesOf } from './dockerfile.ts';

const [build, run, ...others] = stagesOf(readFileSync('Dockerfile', 'utf8'));
const { version, scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly version: string;
  readonly scripts: Readonly<Record<string, string>>;
};

function valuesOf(stage: Stage | undefined, name: string): string[] {
  return (stage?.instructions ?? []).filter((one) => one.name === name).map(({ value }) => value);
}

/** Words of an instruction in exec form, which is JSON. */
function exec(stage: Stage | undefined, name: string): string[] {
  return JSON.parse(valuesOf(stage, name).at(-1) ?? '[]') as string[];
}

describe('the Dockerfile', () => {
  it('has a stage that builds and a stage that runs', () => {
    expect(others).toEqual([]);
    expect([build?.alias, run?.alias]).toEqual(['build', undefined]);
  });

  it('pins both bases, of one Node', () => {
    const images = [build?.image ?? '', run?.image ?? ''];
    expect(images).toEqual(['node:22-bookworm-slim', 'gcr.io/distroless/nodejs22-debian12:nonroot']);
    expect(images.filter((image) => /:latest$|^[^:@]+$/.test(image))).toEqual([]);
  });

  it('copies what exists, and what .dockerignore lets in', () => {
    const allowed = readFileSync('.dockerignore', 'utf8')
      .split('\n')
      .flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));
    const copied = valuesOf(build, 'COPY').flatMap((value) => value.split(' ').slice(0, -1));
    expect(copied.sort()).toEqual([...allowed].sort());
    expect(copied.filter((path) => !existsSync(path))).toEqual([]);
  });

  it('builds with scripts that package.json has, from the lock file, without install scripts', () => {
    const commands = valuesOf(build, 'RUN');
    expect(commands[0]).toMatch(/^npm ci\b.*--ignore-scripts/);
    const named = commands.flatMap((command) => [...command.matchAll(/npm run (\S+)/g)].map(([, name]) => name ?? ''));
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it('runs nothing in the image that it ships, which has no shell', () => {
    expect(valuesOf(run, 'RUN')).toEqual([]);
    expect(exec(run, 'ENTRYPOINT')).toEqual(['/nodejs/bin/node', '--enable-source-maps', '/app/main.mjs']);
    expect(valuesOf(run, 'CMD')).toEqual([]);
  });

  it('takes nothing but the bundle from the build', () => {
    expect(valuesOf(run, 'COPY')).toEqual(['--from=build /source/build/controller/ ./']);
    expect(valuesOf(run, 'ADD')).toEqual([]);
  });

  it('runs as the user and on the ports of the Deployment', () => {
    const { securityContext, containers } = deploymentOf().spec.template.spec;
    expect(valuesOf(run, 'USER')).toEqual([`${securityContext.runAsUser}:${securityContext.runAsGroup}`]);
    const ports = containers[0].ports.map(({ containerPort }: { containerPort: number }) => containerPort);
    expect(valuesOf(run, 'EXPOSE')).toEqual([ports.join(' ')]);
  });

  it('is labelled with the version that is built, which the manifests name', () => {
    expect(valuesOf(run, 'LABEL').join(' ')).toContain(`org.opencontainers.image.version="${version}"`);
    expect(defaultImage).toBe(`understudy-controller:${version}`);
  });

  it('holds no credential', () => {
    const text = [build, run].flatMap((stage) => stage?.instructions ?? []).map(({ value }) => value);
    expect(text.filter((value) => /token|secret|password|aws_/i.test(value))).toEqual([]);
  });
});
