import { findingOf } from '../../api/findings.ts';
import { type Site, sites } from '../../api/site.ts';
import { type Outcome, type ReadinessContext, type Rule, whenKnown } from './context.ts';
import type { DatabaseFacts } from './facts.ts';

/** Each site's database by itself: there, usable, and in the standby ready to be promoted. */
export const databaseState: Rule = (context) => sites.flatMap((site) => ofSite(context, site));

function ofSite(context: ReadinessContext, site: Site): readonly Outcome[] {
  const { plan, facts, standby } = context;
  const { region, database } = plan.sites[site];
  const what = `the state of database ${database.identifier} in ${region}`;
  return whenKnown(facts.sites[site].database, what, site, (found) => {
    if (found === null) return [findingOf('DatabaseMissing', { identifier: database.identifier, region, site }, site)];
    return [
      ...usable(found, region, site),
      ...(site === standby ? [...promotable(found, region, site), ...replicaOfActive(context, found)] : []),
    ];
  });
}

/**
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html for the states, and that an
 * instance whose key is lost can be recovered for seven days.
 */
function usable(database: DatabaseFacts, region: string, site: Site): readonly Outcome[] {
  const { identifier, status } = database;
  return [
    ...(status.startsWith('inaccessible-encryption-credentials')
      ? [findingOf('EncryptionKeyUnusable', { identifier, region, status, key: database.kmsKey ?? 'unknown' }, site)]
      : []),
    ...(database.kind === 'Cluster' && database.instances === 0
      ? [findingOf('HeadlessAurora', { identifier, region }, site)]
      : []),
  ];
}

function promotable(database: DatabaseFacts, region: string, site: Site): readonly Outcome[] {
  const { identifier, status } = database;
  const code =
    status === 'backing-up'
      ? 'StandbyBackingUp'
      : status === 'available'
        ? undefined
        : ('StandbyNotAvailable' as const);
  const group = database.kind === 'Instance' ? database.parameterGroup : null;
  const pending = group?.status ?? 'in-sync';
  return [
    ...(code === undefined ? [] : [findingOf(code, { identifier, region, status }, site)]),
    ...(database.kind === 'Instance' && database.isMultiAz === false
      ? [findingOf('StandbySingleZone', { identifier, region }, site)]
      : []),
    ...(group !== null && pending.startsWith('pending')
      ? [findingOf('ParametersPending', { identifier, region, group: group.name, status: pending }, site)]
      : []),
  ];
}

function replicaOfActive({ plan, active, standby }: ReadinessContext, database: DatabaseFacts): readonly Outcome[] {
  const { region } = plan.sites[standby];
  const { identifier, source } = database;
  if (source === null) return [findingOf('StandbyNotReplica', { identifier, region }, standby)];
  const writer = plan.sites[active];
  if (isNamed(source, writer.database.identifier, writer.region)) return [];
  const of = `${writer.database.identifier} in ${writer.region}`;
  return [findingOf('StandbyFollowsAnother', { identifier, region, source, active: of }, standby)];
}

/** `arn:aws:rds:us-east-1:111122223333:db:trading-db`: the source of a replica in another region. A plain identifier is of its own. */
function isNamed(source: string, identifier: string, region: string): boolean {
  if (!source.startsWith('arn:')) return source === identifier;
  const [, , , sourceRegion, , , sourceIdentifier] = source.split(':');
  return sourceRegion === region && sourceIdentifier === identifier;
}
