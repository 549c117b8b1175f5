import { databaseEngines, retiredClassFamilies } from '../database-engines.ts';
import type { MultiRegionAppSpec } from '../multi-region-app.ts';
import type { FieldProblem } from '../problems.ts';

/** Engine, version and class that RDS offers together, with replicas in another region. */
export function checkDatabase({ database }: MultiRegionAppSpec): FieldProblem[] {
  return [...checkVersion(database), ...checkClass(database)];
}

function checkVersion({ engine, version }: MultiRegionAppSpec['database']): FieldProblem[] {
  const { majorVersions } = databaseEngines[engine];
  if (majorVersions.some((major) => version === major || version.startsWith(`${major}.`))) {
    return [];
  }
  return [
    {
      code: 'US1015',
      severity: 'error',
      path: ['spec', 'database', 'version'],
      involves: [['spec', 'database', 'engine']],
      message: `${engine} ${version} is not one of ${majorVersions.join(', ')}`,
    },
  ];
}

function checkClass({ instanceClass }: MultiRegionAppSpec['database']): FieldProblem[] {
  const family = instanceClass.split('.')[1] ?? '';
  if (!retiredClassFamilies.includes(family)) {
    return [];
  }
  return [
    {
      code: 'US1016',
      severity: 'error',
      path: ['spec', 'database', 'instanceClass'],
      message: `${instanceClass} is of a class that RDS no longer offers for current versions`,
    },
  ];
}
