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
  'history',
  'abort',
  'approve',
]);

/** A shell waits for the answer with its prompt frozen. */
const patienceMs = 2_000;

type OwnCompletions = (onCompleted: (error: Error | null, completions: string[] | undefined) => void) => void;

/**
 * What Tab offers: names of plans of the cluster and what can be explained where those are meant, and yargs' own commands
 * and options everywhere else. A cluster that cannot be asked offers nothing, without a word.
 */
export function complete(
  current: string,
  argv: unknown,
  ownCompletions: OwnCompletions,
  done: (completions: string[]) => void,
): void {
  const { _: words = [], ...choice } = argv as ClusterChoice & { readonly _?: readonly unknown[] };
  // The name of the command line itself comes first.
  const command = String(words[1] ?? '');
  const isName = words.length <= 3 && !current.startsWith('-');
  if (isName && planCommands.has(command)) {
    void planNames(choice).then(done);
  } else if (isName && command === 'explain') {
    done(explainedNames());
  } else {
    ownCompletions((_error, completions = []) => done(completions));
  }
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
