import { UnderstudyError } from '../../api/errors.ts';
import type { Site } from '../../api/site.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { isNotFound } from '../cluster/cluster-error.ts';
import type { PlanObject } from '../cluster/objects.ts';

/**
 * The activation term that a site's traffic checks look for, `t` of `open/<t>`, as the controller wrote it for Crossplane.
 * It is asked for without the journal.
 *
 * @param given by the person, who then knows better.
 * @throws UnderstudyError US1025 where the cluster does not know it.
 */
export async function activationTermOf(
  cluster: Cluster,
  { metadata, spec }: PlanObject,
  site: Site,
  given: number | undefined,
): Promise<number> {
  if (given !== undefined) {
    if (Number.isInteger(given) && given > 0) return given;
    throw new UnderstudyError('US1025', `--term ${given} is not a whole number from 1 up`);
  }
  const { stackRef } = spec.sites[site];
  const known = stackRef === undefined ? undefined : await watchedTerm(cluster, stackRef.name, metadata.namespace);
  if (known !== undefined) return known;
  const remedy = `Name it with --term: the number at the end of the path that the health check of ${site} reads, open/NUMBER.`;
  throw new UnderstudyError('US1025', `the cluster does not know in which term ${site} was active`, { remedy });
}

async function watchedTerm(cluster: Cluster, stack: string, namespace: string): Promise<number | undefined> {
  try {
    const { failover } = (await cluster.get('regionalstacks', stack, namespace)).spec;
    const slot = failover?.switch?.follows?.slot;
    return slot === undefined ? failover?.term : failover?.switch?.[slot]?.active?.term;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
