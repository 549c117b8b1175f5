import { UnderstudyError } from '../api/errors.ts';
import { load } from '../api/load.ts';
import type { MultiRegionApp } from '../api/multi-region-app.ts';
import { throwOnErrors } from '../api/problems.ts';
import { readFiles } from '../api/read-files.ts';

/**
 * The one application of a file.
 *
 * @throws UnderstudyError with every problem of the file, or US1001 if it holds no application.
 */
export async function loadApp(path: string): Promise<MultiRegionApp> {
  const read = await readFiles([path]);
  const loaded = load(read.files);
  throwOnErrors([...read.problems, ...loaded.problems]);
  const apps = loaded.objects.flatMap(({ object }) => (object.kind === 'MultiRegionApp' ? [object] : []));
  const [app] = apps;
  if (app === undefined || apps.length > 1) {
    throw new UnderstudyError('US1001', `${path} holds ${apps.length} objects of kind MultiRegionApp, not one`, {
      file: path,
      remedy: 'Name a file with one MultiRegionApp; examples/trading-rds.yaml is one.',
    });
  }
  return app;
}
