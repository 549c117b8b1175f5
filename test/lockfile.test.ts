import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';

interface LockedPackage {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const lockfile = readFileSync('package-lock.json', 'utf8');
const { packages } = JSON.parse(lockfile) as { packages: Readonly<Record<string, LockedPackage>> };

/** Where npm would look for a dependency of the package at `from`. */
function isLocked(from: string, name: string): boolean {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (`${folder === '' ? '' : `${folder}/`}node_modules/${name}` in packages) return true;
    if (folder === '' || !folder.includes('/node_modules/')) return `node_modules/${name}` in packages;
  }
}

// An `npm install` where a registry lacks other platforms' builds leaves them out, and `npm ci` then refuses the lockfile
// everywhere. Such an entry needs only version, optional, os and cpu.
it('locks the builds of every platform', () => {
  const missing = Object.entries(packages).flatMap(([from, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !isLocked(from, name)),
  );
  expect(missing).toEqual([]);
});

it('names no registry', () => {
  expect(lockfile).not.toContain('"resolved"');
});
