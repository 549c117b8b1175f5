import { DescribeDBSnapshotsCommand } from '@aws-sdk/client-rds';
import { ListHealthChecksCommand } from '@aws-sdk/client-route-53';
import { otherSite, type Site } from '../../api/site.ts';
import { openKey, takeoverKey } from '../../api/switch-objects.ts';
import { databaseOf, readDatabase } from './database-content.ts';
import { deniedRanges } from './fence-facts.ts';
import type { Fact } from './report.ts';
import type { Stage } from './stage.ts';

/**
 * What protects an active site again, each looked at by itself.
 *
 * @param active the site that is protected by the other one.
 * @param retired the database that the other one had when it was active.
 */
export async function protectedFacts(stage: Stage, active: Site, retired: string): Promise<Fact[]> {
  const standby = otherSite(active);
  return [
    await replacedByReplica(stage, standby, retired),
    await snapshotKept(stage, standby, retired),
    await journalMoved(stage, standby),
    await switchRepointed(stage, active),
    await fenceLifted(stage, standby),
  ];
}

async function replacedByReplica(stage: Stage, standby: Site, retired: string): Promise<Fact> {
  const replica = await databaseOf(stage, standby);
  const { databases } = await stage.world.region(standby).refresh();
  const names = databases.map(({ identifier }) => identifier);
  const { name, inRecovery } = await readDatabase(stage.world, standby, replica);
  return {
    fact: `${name} follows the active, and ${retired} is gone`,
    held: inRecovery && replica !== retired && names.length === 1 && names[0] === replica,
    detail: `${names.join(', ')} in the region; pg_is_in_recovery() = ${inRecovery}`,
  };
}

async function snapshotKept({ world, aws }: Stage, standby: Site, retired: string): Promise<Fact> {
  const command = new DescribeDBSnapshotsCommand({ DBInstanceIdentifier: retired });
  const { DBSnapshots = [] } = await aws.rds(world.plan.spec.sites[standby].region).send(command);
  const kept = DBSnapshots.map(({ DBSnapshotIdentifier, Status }) => `${DBSnapshotIdentifier} ${Status}`);
  return {
    fact: `a snapshot of ${retired} is kept, with all that nobody else has`,
    held: DBSnapshots.some(({ Status }) => Status === 'available'),
    detail: kept.join(', ') || 'none',
  };
}

async function journalMoved({ world, journal }: Stage, standby: Site): Promise<Fact> {
  const { home } = await journal.read();
  return {
    fact: `the journal lives in ${world.app.spec[standby].region}, which would act`,
    held: home === standby,
    detail: `home: ${home}`,
  };
}

/** By Route 53's own list of what it looks for. */
async function switchRepointed({ world, journal, aws }: Stage, active: Site): Promise<Fact> {
  const { activation, switchTerm } = await journal.read();
  const standby = otherSite(active);
  const { HealthChecks = [] } = await aws.route53().send(new ListHealthChecksCommand({}));
  const lookedFor = (site: Site, key: string): boolean =>
    HealthChecks.some(
      ({ HealthCheckConfig: check }) =>
        check?.ResourcePath === `/${key}` &&
        check.FullyQualifiedDomainName?.startsWith(`${world.plan.spec.sites[site].switchBucket}.`),
    );
  const open = openKey(activation.term);
  const takeover = takeoverKey(activation.term + 1);
  return {
    fact: `the switch has been re-pointed: Route 53 looks for ${open} of the active and ${takeover} of the standby`,
    held: switchTerm === activation.term && lookedFor(active, open) && lookedFor(standby, takeover),
    detail: `term ${switchTerm}, ${HealthChecks.length} health checks`,
  };
}

async function fenceLifted(stage: Stage, standby: Site): Promise<Fact> {
  const { fenced, pendingFence, rebuilding } = await stage.journal.read();
  const denied = await deniedRanges(stage, standby);
  return {
    fact: `no fence is left in ${stage.world.app.spec[standby].region}`,
    held: fenced === null && pendingFence === null && rebuilding === null && denied.length === 0,
    detail: denied.length === 0 ? 'no deny entry' : `denied: ${denied.join(', ')}`,
  };
}
