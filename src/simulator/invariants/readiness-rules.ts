import { otherSite } from '../../api/site.ts';
import type { Journal } from '../../failover/journal.ts';
import type { Cloud } from '../cloud.ts';
import type { SightingRules } from './sighting-rules.ts';

/**
 * Invariant 8, before there is an operation: nothing stands in the way of an automatic failover, so one must begin. Only
 * the plainest case, in which no rest from an earlier operation counts.
 */
export function isFailoverDue(journal: Journal, cloud: Cloud, sightings: SightingRules): boolean {
  const { operation, mode, suspended, cooldownUntilMs, lease, switchTerm, activation, fenced } = journal;
  if (operation !== null || lease.holder !== null || suspended || mode !== 'Automatic' || cooldownUntilMs > 0)
    return false;
  const standby = otherSite(activation.active);
  if (switchTerm !== activation.term || fenced === standby || cloud.isDark(standby)) return false;
  const replica = cloud.sites[standby].latest;
  const isReplica = replica !== null && replica.status === 'available' && replica.source !== null;
  return isReplica && sightings.doAllSeeItDown();
}
