import type { LoadedObject } from './load.ts';
import { type Problem, problemOf } from './problems.ts';

/** Objects of several files that would be one object in Kubernetes, or one set of resources in AWS. */
export function repeatedNames(objects: readonly LoadedObject[]): Problem[] {
  const problems: Problem[] = [];
  const firstBy = new Map<string, LoadedObject>();
  for (const loaded of objects) {
    for (const { key, what } of identities(loaded)) {
      const first = firstBy.get(key);
      if (first === undefined) {
        firstBy.set(key, loaded);
        continue;
      }
      const message = `${what} is in ${first.file}:${first.line} too`;
      const problem = { code: 'US1020', severity: 'error', path: ['metadata', 'name'], message } as const;
      problems.push(problemOf(problem, loaded.file, loaded.line));
      break;
    }
  }
  return problems;
}

function identities({ object }: LoadedObject): { key: string; what: string }[] {
  const { name, namespace } = object.metadata;
  const inCluster = `${object.kind} ${namespace}/${name}`;
  if (object.kind !== 'MultiRegionApp') {
    return [{ key: inCluster, what: inCluster }];
  }
  // An application makes a plan of its own name.
  const plan = `FailoverPlan ${namespace}/${name}`;
  const { environment, accountId } = object.spec;
  const inAws = `application ${name} in environment ${environment} of account ${accountId}`;
  return [inCluster, plan, inAws].map((key) => ({ key, what: key }));
}
