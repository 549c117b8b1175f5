import type { ClusterChoice } from './cluster/kubeconfig.ts';
import { explainedNames } from './explain/find-explanations.ts';

/** Commands whose first argument is the name of a plan. */
const planCommands: ReadonlySet<string> = new Set([
  'status',
  'failover',
  'switchover',
  'failback',
  'reprotect',
  'drill',
  'unfence',
  'history',
  'abort',
  'approve',
]);

/** A shell waits for the answer with its prompt frozen. */
const patienceMs = 2_000;

/**
 * What Tab offers where a name is meant: plans of the cluster, or what can be explained. A cluster that cannot be asked
 * offers nothing, without a word.
 *
 * @param words as typed so far, from the program's name on; the last is the one to complete.
 * @returns `null` where no name is meant: commands and options are yargs' to offer.
 */
export async function completedNames(words: readonly string[]): Promise<string[] | null> {
  const [, command = '', ...rest] = words;
  const { options, names, isValue } = split(rest);
  if (isValue || names.length !== 1 || names[0]?.startsWith('-') === true) return null;
  if (planCommands.has(command)) return planNames(options);
  return command === 'explain' ? explainedNames() : null;
}

/** Options that say which cluster is meant, whatever stands around them. */
const clusterFlags: Readonly<Record<string, keyof ClusterChoice>> = {
  '-n': 'namespace',
  '--namespace': 'namespace',
  '--context': 'context',
  '--kubeconfig': 'kubeconfig',
};

function split(words: readonly string[]) {
  const options: { -readonly [Key in keyof ClusterChoice]: ClusterChoice[Key] } = {};
  const names: string[] = [];
  let flag: keyof ClusterChoice | undefined;
  for (const word of words) {
    if (flag !== undefined) {
      options[flag] = word;
      flag = undefined;
      continue;
    }
    flag = clusterFlags[word];
    if (flag === undefined && (!word.startsWith('-') || word === words.at(-1))) names.push(word);
  }
  // The last word may be the value of an option rather than a name.
  const isValue = clusterFlags[words.at(-2) ?? ''] !== undefined;
  return { options, names, isValue };
}

async function planNames(choice: ClusterChoice): Promise<string[]> {
  const late = new Promise<string[]>((resolve) => setTimeout(resolve, patienceMs, []).unref());
  try {
    const { Cluster } = await import('./cluster/cluster.ts');
    const plans = Cluster.open(choice).list('failoverplans');
    return await Promise.race([plans.then(({ items }) => items.map(({ metadata }) => metadata.name)), late]);
  } catch {
    return [];
  }
}
