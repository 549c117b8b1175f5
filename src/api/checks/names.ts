import type { FieldPath } from '../field-path.ts';
import { type MultiRegionApp, witnessFunctionRegion } from '../multi-region-app.ts';
import {
  databaseIdentifier,
  type SiteNames,
  type SiteScope,
  scopeOf,
  siteNames,
  tableName,
  witnessBucketName,
  witnessNames,
} from '../names.ts';
import type { FieldProblem } from '../problems.ts';
import { sites } from '../site.ts';

interface DerivedName {
  readonly what: string;
  readonly name: string;
  /** Most characters that AWS takes. Source: the Create call of each kind in its service's API reference. */
  readonly limit: number;
  readonly path?: FieldPath;
}

/** A replica that is rebuilt many times must still get a name: room for generation 99. */
const latestGeneration = 99;

/** Every derived name whose limit could be met, in either site. */
export function derivedNames(app: MultiRegionApp): DerivedName[] {
  const scope = scopeOf(app);
  const { witness } = app.spec;
  const witnessRegion = witnessFunctionRegion(app.spec);
  const perSite = sites.flatMap((site) => namesOfSite(siteNames({ ...scope, region: app.spec[site].region })));
  return [
    ...perSite,
    { what: 'database', name: databaseIdentifier(scope, 'a', latestGeneration), limit: 63 },
    ...(witness === 'none'
      ? []
      : [{ what: 'witness bucket', name: witnessBucketName({ ...scope, region: witness }), limit: 63 }]),
    ...(witnessRegion === undefined ? [] : namesOfWitness({ ...scope, region: witnessRegion })),
    ...app.spec.tables.map((table, index) => ({
      what: 'DynamoDB table',
      name: tableName(scope, table.name),
      limit: 255,
      path: ['spec', 'tables', index, 'name'],
    })),
  ];
}

function namesOfWitness(scope: SiteScope): DerivedName[] {
  const { roles, function: functionName } = witnessNames(scope);
  return [
    ...Object.values(roles).map((name) => ({ what: 'IAM role', name, limit: 64 })),
    { what: 'Lambda function', name: functionName, limit: 64 },
  ];
}

function namesOfSite(names: SiteNames): DerivedName[] {
  return [
    { what: 'load balancer', name: names.loadBalancer, limit: 32 },
    { what: 'target group', name: names.targetGroup, limit: 32 },
    { what: 'switch bucket', name: names.switchBucket, limit: 63 },
    { what: 'code bucket', name: names.codeBucket, limit: 63 },
    ...Object.values(names.roles).map((name) => ({ what: 'IAM role', name, limit: 64 })),
    ...Object.values(names.functions).map((name) => ({ what: 'Lambda function', name, limit: 64 })),
    { what: 'queue', name: names.deadLetterQueue, limit: 80 },
  ];
}

/** Names within the limits of AWS, and of the letters that the strictest of them, RDS, takes. */
export function checkNames(app: MultiRegionApp): FieldProblem[] {
  return [...checkLetters(app), ...checkLengths(app)];
}

/**
 * RDS identifiers start with a letter and have no two hyphens in a row ("CreateDBInstance", Amazon RDS API Reference).
 */
function checkLetters({ metadata: { name } }: MultiRegionApp): FieldProblem[] {
  const path: FieldPath = ['metadata', 'name'];
  const problem = (message: string): FieldProblem => ({
    code: 'US1014',
    severity: 'error',
    path,
    message,
    remedy: 'Choose a name that starts with a letter and has single hyphens.',
  });
  return [
    ...(/^[a-z]/.test(name) ? [] : [problem(`${name} does not start with a letter, as RDS identifiers must`)]),
    ...(name.includes('--') ? [problem(`${name} has two hyphens in a row, which RDS identifiers must not`)] : []),
    ...(name.startsWith('internal-') ? [problem(`${name} starts with internal-, which load balancers must not`)] : []),
  ];
}

/** One problem for the application's name, by its tightest limit, and one for each name of a list that is too long. */
function checkLengths(app: MultiRegionApp): FieldProblem[] {
  const tooLong = derivedNames(app)
    .filter(({ name, limit }) => name.length > limit)
    .sort((a, b) => b.name.length - b.limit - (a.name.length - a.limit));
  const worst = tooLong.find(({ path }) => path === undefined);
  return [...(worst === undefined ? [] : [worst]), ...tooLong.filter(({ path }) => path !== undefined)].map(
    ({ what, name, limit, path }): FieldProblem => ({
      code: 'US1014',
      severity: 'error',
      path: path ?? ['metadata', 'name'],
      involves: [
        ['metadata', 'name'],
        ['spec', 'environment'],
      ],
      message: `the name of the ${what} would be ${name}: ${name.length} characters, ${name.length - limit} more than AWS's ${limit}`,
      remedy: `Shorten ${path === undefined ? 'metadata.name or spec.environment' : 'the name'} by ${name.length - limit}.`,
    }),
  );
}
