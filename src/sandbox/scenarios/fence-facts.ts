import { DescribeNetworkAclsCommand } from '@aws-sdk/client-ec2';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { Client } from 'pg';
import type { Site } from '../../api/site.ts';
import { openKey } from '../../api/switch-objects.ts';
import { internetLocation } from '../world/locations.ts';
import type { DatabaseContent } from './database-content.ts';
import type { Fact } from './report.ts';
import type { Stage } from './stage.ts';

/**
 * What makes a former active harmless, each looked at by itself.
 *
 * @param activationTerm in which the site was active.
 */
export async function fencedFacts(stage: Stage, site: Site, activationTerm: number): Promise<Fact[]> {
  return [
    await provenInJournal(stage, site),
    await deniedByAcl(stage, site),
    await notEntitled(stage, site, activationTerm),
    await refusesClients(stage, site),
  ];
}

async function provenInJournal({ world, journal }: Stage, site: Site): Promise<Fact> {
  const { fenced, pendingFence } = await journal.read();
  return {
    fact: `the journal says that ${world.app.spec[site].region} is proven fenced`,
    held: fenced === site && pendingFence === null,
    detail: pendingFence === null ? `fenced: ${fenced}` : `pending: ${pendingFence.reason}`,
  };
}

/** The ranges that a site's network ACL denies the database, as `from 10.0.64.0/20`. */
export async function deniedRanges({ world, aws }: Stage, site: Site): Promise<string[]> {
  const { region, fencing, database } = world.plan.spec.sites[site];
  const answer = await aws
    .ec2(region)
    .send(new DescribeNetworkAclsCommand({ Filters: [{ Name: 'tag:Name', Values: [fencing?.networkAcl ?? ''] }] }));
  return (answer.NetworkAcls ?? [])
    .flatMap(({ Entries = [] }) => Entries)
    .filter(({ RuleAction, PortRange }) => RuleAction === 'deny' && PortRange?.From === database.port)
    .map(({ CidrBlock, Egress }) => `${Egress === true ? 'to' : 'from'} ${CidrBlock}`);
}

async function deniedByAcl(stage: Stage, site: Site): Promise<Fact> {
  const denied = await deniedRanges(stage, site);
  const wanted = stage.world.plan.spec.sites[site].fencing?.applicationCidrs ?? [];
  return {
    fact: `its network ACL denies every application subnet the database`,
    held: wanted.length > 0 && wanted.every((cidr) => denied.includes(`from ${cidr}`)),
    detail: `denied: ${denied.join(', ') || 'nothing'}`,
  };
}

async function notEntitled({ world, aws }: Stage, site: Site, activationTerm: number): Promise<Fact> {
  const { region, switchBucket } = world.plan.spec.sites[site];
  const key = openKey(activationTerm);
  const found = await aws
    .s3(region)
    .send(new HeadObjectCommand({ Bucket: switchBucket, Key: key }))
    .then(
      () => 'it is there',
      (error: Error) => error.name,
    );
  return { fact: `its ${key} is gone`, held: found === 'NotFound', detail: found };
}

/** As any client of the Internet would try. */
async function refusesClients({ world, journal }: Stage, site: Site): Promise<Fact> {
  const { databases } = await journal.read();
  const host = world.databaseHost(site);
  const client = new Client({
    host: world.switchboard.addressOf(internetLocation, host) ?? host,
    port: world.switchboard.databasePort,
    ...world.database,
    connectionTimeoutMillis: 5_000,
  });
  client.on('error', () => undefined);
  const met = await client.connect().then(
    () => 'it answered',
    (error: Error) => error.message,
  );
  await client.end().catch(() => undefined);
  const name = databases[site] ?? world.plan.spec.sites[site].database.identifier;
  return { fact: `no client gets through to ${name}`, held: met !== 'it answered', detail: met };
}

/** @param takeoverMs when the other site first answered. */
export function nothingWrittenTo({ name, newestCommitMs }: DatabaseContent, takeoverMs: number | null): Fact {
  const lateMs = newestCommitMs === null || takeoverMs === null ? null : newestCommitMs - takeoverMs;
  return {
    fact: `nothing was written to ${name} after the takeover`,
    held: lateMs !== null && lateMs < 0,
    detail: lateMs === null ? 'no row, or no takeover' : `its newest row is ${(-lateMs / 1000).toFixed(1)} s older`,
  };
}

/** The client that lists both databases would have taken the old one, which comes first, had it answered. */
export function acknowledgedByNew(
  { clients }: Stage,
  { old, present }: { readonly old: DatabaseContent; readonly present: DatabaseContent },
  sinceMs: number,
): Fact {
  const late = clients.rows.acknowledged.filter(({ atMs }) => atMs >= sinceMs);
  const byNew = late.filter(({ id }) => present.rows.has(id)).length;
  const byOld = late.filter(({ id }) => old.rows.has(id)).length;
  return {
    fact: `every row that was acknowledged since the return is in ${present.name}, and none in ${old.name}`,
    held: late.length > 0 && byNew === late.length && byOld === 0,
    detail: `${late.length} acknowledged, ${byNew} in the one and ${byOld} in the other`,
  };
}
