import { UnderstudyError } from '../../api/errors.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { isNotFound } from '../cluster/cluster-error.ts';
import type { FailoverObject } from '../cluster/objects.ts';
import { findPlan, operationsOf } from './find-plan.ts';
import { hasEnded, phaseOf, underWay } from './phases.ts';

/**
 * The operation that a person means: a Failover by its name, or what is under way on a plan.
 *
 * @throws UnderstudyError US1028 where it has ended or nothing is under way, US3002 where there is nothing of that name.
 */
export async function findOperation(cluster: Cluster, name: string): Promise<FailoverObject> {
  const failover = await failoverNamed(cluster, name);
  if (failover !== undefined) {
    if (!hasEnded(failover)) return failover;
    throw new UnderstudyError('US1028', `${name} has ended: ${phaseOf(failover)}`);
  }
  const operations = await operationsOf(cluster, await findPlan(cluster, name));
  const running = underWay(operations);
  if (running !== undefined) return running;
  const [last] = operations;
  const ended = last === undefined ? '' : `; the last one, ${last.metadata.name}, is ${phaseOf(last)}`;
  throw new UnderstudyError('US1028', `nothing is under way on ${name}${ended}`);
}

async function failoverNamed(cluster: Cluster, name: string): Promise<FailoverObject | undefined> {
  try {
    return await cluster.get('failovers', name);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
