import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';

/** Which rooms each room may take things from, beside itself. The nearest enclosing room of a file counts. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'src/api': [],
  'src/failover': ['src/api'],
  'src/aws': ['src/failover', 'src/api'],
  'src/simulator': ['src/failover', 'src/api'],
  'src/render': ['src/api'],
  // Bundles what it runs; it takes sources by their path, and imports none of them.
  'src/bundle': [],
  'src/sandbox': ['src/bundle', 'src/aws', 'src/failover', 'src/api'],
  'src/cli': [
    'src/sandbox',
    'src/render',
    'src/simulator',
    'src/aws',
    'src/failover',
    'src/api',
    'charts',
    'compositions',
  ],
  'compositions/builder': [],
  compositions: ['compositions/builder', 'src/api'],
  charts: ['compositions', 'src/api'],
  controller: ['src/aws', 'src/failover', 'src/api'],
  lambda: ['src/aws', 'src/failover', 'src/api'],
};
/** Packages that only one room may know. */
const keptOut: readonly { readonly package: RegExp; readonly except: readonly string[] }[] = [
  { package: /^@aws-sdk\//, except: ['src/aws', 'src/sandbox', 'lambda'] },
  { package: /^@kubernetes\//, except: ['controller', 'src/cli'] },
  { package: /^(cdk8s|constructs)$/, except: ['charts', 'compositions'] },
];
/** The engine is pure: no clock, no I/O, no platform. */
const pure = ['src/failover', 'src/api'];
const allowedInPure: Readonly<Record<string, readonly RegExp[]>> = {
  'src/failover': [/^zod$/],
  'src/api': [
    /^zod$/,
    /^yaml$/,
    /^cidr-tools$/,
    /^parse-duration$/,
    /^fastest-levenshtein$/,
    /^node:(fs\/promises|fs|path)$/,
  ],
};

const root = path.resolve(import.meta.dirname, '..');
const rooms = Object.keys(mayImport).sort((a, b) => b.length - a.length);

function roomOf(file: string): string | undefined {
  return rooms.find((room) => file.startsWith(`${room}/`));
}

function sources(): string[] {
  return ['src', 'compositions', 'charts', 'controller', 'lambda'].flatMap((folder) => {
    try {
      return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .map((file) => `${folder}/${file}`);
    } catch {
      return [];
    }
  });
}

function importsOf(file: string): string[] {
  const text = readFileSync(path.join(root, file), 'utf8');
  const found = text.matchAll(
    /(?:^|\n)(?:import|export)\s[^;'"]*?from\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]/g,
  );
  return [...found].map((match) => match[1] ?? match[2] ?? '');
}

function violations(file: string): string[] {
  const room = roomOf(file);
  if (room === undefined) return [`${file} is in no known room`];
  return importsOf(file).flatMap((specifier) => {
    if (specifier.startsWith('.')) {
      const target = path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier));
      const other = roomOf(target);
      const allowed = other === room || (other !== undefined && (mayImport[room] ?? []).includes(other));
      return allowed ? [] : [`${file} imports ${specifier}: ${room} may not know ${other ?? 'that place'}`];
    }
    const forbidden = keptOut.some((rule) => rule.package.test(specifier) && !rule.except.includes(room));
    const impure = pure.includes(room) && !(allowedInPure[room] ?? []).some((pattern) => pattern.test(specifier));
    return forbidden || impure ? [`${file} imports ${specifier}: ${room} may not`] : [];
  });
}

describe('the direction of imports', () => {
  it('finds sources to look at', () => {
    expect(sources().length).toBeGreaterThan(30);
  });

  it('is the one that the design gives', () => {
    expect(sources().flatMap(violations)).toEqual([]);
  });

  it('keeps clocks and randomness out of the engine', () => {
    const impure = sources()
      .filter((file) => roomOf(file) === 'src/failover')
      .filter((file) =>
        /\bDate\.now\(|new Date\(\)|Math\.random\(|\bsetTimeout\(|\bprocess\.|performance\.now/.test(
          readFileSync(path.join(root, file), 'utf8'),
        ),
      );
    expect(impure).toEqual([]);
  });
});
