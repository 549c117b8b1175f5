import { type LoadedObject, load } from '../src/api/load.ts';
import type { MultiRegionApp } from '../src/api/multi-region-app.ts';
import { type Problem, problemOf } from '../src/api/problems.ts';
import { readFiles } from '../src/api/read-files.ts';
import { credentialsOf, describeCredentials } from './credentials.ts';

/** Applications of some files, and everything that is wrong with them. */
export interface AppFiles {
  /** In the order of the files. */
  readonly apps: readonly MultiRegionApp[];
  readonly problems: readonly Problem[];
}

interface LoadedApp extends LoadedObject {
  readonly object: MultiRegionApp;
}

/** Reads the applications that one cluster is to have. */
export async function readApps(paths: readonly string[]): Promise<AppFiles> {
  const read = await readFiles(paths);
  const loaded = load(read.files);
  const apps = loaded.objects.filter(isApp);
  return {
    apps: apps.map(({ object }) => object),
    problems: [...read.problems, ...loaded.problems, ...inOneCluster(apps), ...noApp(paths, apps, loaded.problems)],
  };
}

function isApp(loaded: LoadedObject): loaded is LoadedApp {
  return loaded.object.kind === 'MultiRegionApp';
}

/** Where every file is fine, and none of them is an application. */
function noApp(paths: readonly string[], apps: readonly LoadedApp[], problems: readonly Problem[]): Problem[] {
  const file = paths.join(', ');
  return apps.length > 0 || problems.length > 0
    ? []
    : [problemOf({ code: 'US1003', severity: 'error', path: [], message: 'no MultiRegionApp in it' }, file, undefined)];
}

/** What applications of one cluster share: names of compositions, and where the providers get credentials. */
function inOneCluster(apps: readonly LoadedApp[]): Problem[] {
  const problems: Problem[] = [];
  const byName = new Map<string, LoadedApp>();
  const [first] = apps;
  for (const app of apps) {
    const { metadata, spec } = app.object;
    const name = `${metadata.name}-${spec.environment}`;
    const namesake = byName.get(name);
    if (namesake === undefined) {
      byName.set(name, app);
    } else {
      const message = `compositions of ${name} are those of ${namesake.file}:${namesake.line} too`;
      const problem = { code: 'US1020', severity: 'error', path: ['metadata', 'name'], message } as const;
      problems.push(problemOf(problem, app.file, app.line));
    }
    const [own, others] = [app, first ?? app].map(({ object }) => describeCredentials(credentialsOf(object)));
    if (own !== others) {
      const message = `${own}, but ${first?.file}:${first?.line} has ${others}: the providers of a cluster have one`;
      const path = ['spec', 'operations', 'credentials'];
      problems.push(problemOf({ code: 'US1021', severity: 'error', path, message }, app.file, app.line));
    }
  }
  return problems;
}
