import type { Site } from '../../api/site.ts';
import type { EffectHandlers } from '../../failover/ports.ts';
import type { EffectDesk } from './effect-desk.ts';

type DatabaseEffects = Pick<
  EffectHandlers,
  | 'promote'
  | 'verify-writable'
  | 'verify-replayed'
  | 'snapshot'
  | 'create-replica'
  | 'verify-replica'
  | 'retire-database'
>;

/** A replica this close to its source follows it. */
export const followsWithinMs = 10_000;

/** What is done to databases, and what is seen of them. */
export function databaseEffects(desk: EffectDesk): DatabaseEffects {
  const { cloud } = desk;
  const where = ({ site }: { readonly site: Site }): string => desk.regionOf(site);
  const instance = (site: Site, identifier: string) => cloud.sites[site].named(identifier);
  return {
    promote: desk.handler('promote', {
      service: 'rds',
      where,
      check: ({ site, database }, staleMs) => {
        const { status, source } = cloud.database(site, database).view(staleMs);
        if (source === null) return 'Done';
        if (status === 'modifying') return 'Called';
        return status === 'available' ? 'NotDone' : 'NotYet';
      },
      perform: ({ site, database }) => cloud.promote(site, database),
    }),
    'verify-writable': desk.handler('verify-writable', {
      service: 'database',
      where,
      check: ({ site, database }) => (instance(site, database)?.role === 'writer' ? 'Done' : 'NotYet'),
    }),
    'verify-replayed': desk.handler('verify-replayed', {
      service: 'database',
      where: ({ source }) => desk.regionOf(source.site),
      check: ({ site, database, source }) => {
        const replica = instance(site, database);
        const original = instance(source.site, source.database);
        if (replica === undefined || original === undefined || cloud.isDark(site)) return 'CannotTell';
        cloud.passTime();
        return replica.replayedMs >= original.log.latestMs ? 'Done' : 'NotYet';
      },
    }),
    snapshot: desk.handler('snapshot', {
      service: 'rds',
      where,
      check: ({ site, snapshot }) => {
        const status = cloud.sites[site].snapshots.get(snapshot)?.status;
        if (status === undefined) return 'NotDone';
        return status === 'available' ? 'Done' : 'Called';
      },
      perform: ({ site, database, snapshot }) => cloud.snapshot(site, database, snapshot),
    }),
    'create-replica': desk.handler('create-replica', {
      service: 'rds',
      where,
      check: ({ site, database }, staleMs) => {
        const found = instance(site, database)?.view(staleMs);
        if (found === undefined) return 'NotDone';
        return found.status === 'creating' ? 'Called' : 'Done';
      },
      perform: ({ site, database, source }) => cloud.createReplica(site, database, source),
    }),
    'verify-replica': desk.handler('verify-replica', {
      service: 'rds',
      where,
      check: ({ site, database }, staleMs) => {
        const replica = instance(site, database);
        cloud.passTime();
        const follows = replica !== undefined && cloud.nowMs - replica.replayedMs <= followsWithinMs;
        return follows && replica.view(staleMs).status === 'available' ? 'Done' : 'NotYet';
      },
    }),
    'retire-database': desk.handler('retire-database', {
      service: 'rds',
      where,
      check: ({ site, database, snapshot }, staleMs) => {
        const found = instance(site, database)?.view(staleMs);
        if (found === undefined) return 'Done';
        if (found.status === 'deleting') return 'Called';
        const isKept = snapshot === null || cloud.sites[site].snapshots.get(snapshot)?.status === 'available';
        return isKept && found.status !== 'creating' ? 'NotDone' : 'NotYet';
      },
      perform: ({ site, database, snapshot }) => cloud.retire(site, database, snapshot),
    }),
  };
}
