import { UnderstudyError } from '../../api/errors.ts';
import { nearest } from '../../api/nearest.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { isForbidden, isNotFound } from '../cluster/cluster-error.ts';
import type { FailoverObject, PlanObject } from '../cluster/objects.ts';

/**
 * A plan of the namespace, by its name.
 *
 * @throws UnderstudyError US3002 with the nearest name, or the namespaces that have one of that name.
 */
export async function findPlan(cluster: Cluster, name: string): Promise<PlanObject> {
  try {
    return await cluster.get('failoverplans', name);
  } catch (error) {
    throw isNotFound(error) ? await noSuchPlan(cluster, name, error) : error;
  }
}

/** Operations of a plan, the latest first. */
export async function operationsOf(cluster: Cluster, plan: PlanObject): Promise<readonly FailoverObject[]> {
  const { items } = await cluster.list('failovers', plan.metadata.namespace);
  return operationsIn(items, plan);
}

/** Those of a list that belong to a plan, the latest first. */
export function operationsIn(failovers: readonly FailoverObject[], { metadata }: PlanObject): FailoverObject[] {
  return failovers
    .filter(
      ({ spec, metadata: { namespace } }) => namespace === metadata.namespace && spec.planRef.name === metadata.name,
    )
    .sort((one, other) => beganAt(other).localeCompare(beganAt(one)));
}

function beganAt({ status, metadata }: FailoverObject): string {
  return status?.startedAt ?? metadata.creationTimestamp ?? '';
}

async function noSuchPlan(cluster: Cluster, name: string, cause: unknown): Promise<UnderstudyError> {
  const message = `there is no FailoverPlan ${name} in namespace ${cluster.namespace}`;
  const here = (await plansOrNone(cluster, cluster.namespace)).map(({ metadata }) => metadata.name);
  const meant = nearest(name, here);
  if (meant !== undefined) {
    return new UnderstudyError('US3002', `${message}; did you mean ${meant}?`, {
      cause,
      remedy: listing(here, cluster.namespace),
    });
  }
  const elsewhere = (await plansOrNone(cluster, null)).filter(({ metadata }) => metadata.name === name);
  const [only] = elsewhere;
  if (only === undefined) {
    return new UnderstudyError('US3002', message, { cause, remedy: listing(here, cluster.namespace) });
  }
  const namespaces = elsewhere.map(({ metadata }) => metadata.namespace);
  return new UnderstudyError(
    'US3002',
    namespaces.length === 1
      ? `${message}; there is one in ${only.metadata.namespace}`
      : `${message}; there is one each in ${namespaces.join(', ')}`,
    { cause, remedy: `Say which with -n, such as -n ${only.metadata.namespace}.` },
  );
}

/** For a hint only: who may not list gets no hint. */
async function plansOrNone(cluster: Cluster, namespace: string | null): Promise<readonly PlanObject[]> {
  try {
    return (await cluster.list('failoverplans', namespace)).items;
  } catch (error) {
    if (isForbidden(error)) return [];
    throw error;
  }
}

const mostNames = 10;

function listing(names: readonly string[], namespace: string): string {
  if (names.length === 0) {
    return `The namespace has none, or you may not list them. Name another with -n; understudy status -A shows those of all.`;
  }
  const more = names.length > mostNames ? `, … (${names.length} in all)` : '';
  return `Plans in ${namespace}: ${names.slice(0, mostNames).join(', ')}${more}.`;
}
