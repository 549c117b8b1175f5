import { durationMs } from '../../api/duration.ts';
import type { EngineEvent } from '../../failover/events.ts';
import { compareRows, type RowComparison } from '../clients/compare-rows.ts';
import type { Outage } from '../clients/outage-log.ts';
import { awsDurations } from '../region/aws-durations.ts';
import { internetLocation } from '../world/locations.ts';
import { loadBalancerHost } from '../world/wiring.ts';
import { type DatabaseContent, readDatabase } from './database-content.ts';
import { type Fact, type RtoMoments, rtoParts, type ScenarioReport, seconds } from './report.ts';
import type { Stage } from './stage.ts';

/** How long the world is watched healthy before its region is killed, milliseconds at speed 1. */
const calmMs = 8_000;
/** How long trades go on after the takeover. */
const afterMs = 3_000;

/** The active region is gone at once, with everything in it, and does not come back. */
export async function outage(stage: Stage): Promise<ScenarioReport> {
  const { world, clients, say } = stage;
  const { app, speed } = world;
  const { primary, secondary } = app.spec;

  await serving(stage);
  const outageAtMs = Date.now();
  await stage.killRegion('primary');
  say('outage', `${primary.region} is gone (SIGKILL)`);

  await stage.until('the failover', 300_000, () => {
    const { firstGoodAfterMs } = clients.trades.outage(outageAtMs);
    const darkSeconds = (Date.now() - outageAtMs) / 1_000;
    stage.story.status(
      firstGoodAfterMs === null ? `no trade for ${darkSeconds.toFixed(0)} s` : 'trades are served again',
    );
    return stage.events.some((event) => event.kind === 'OperationEnded');
  });
  await stage.until(`an answer from ${secondary.region}`, 180_000, () => {
    const { firstGoodAfterMs } = clients.trades.outage(outageAtMs);
    return firstGoodAfterMs !== null && Date.now() - firstGoodAfterMs > afterMs / speed;
  });
  await clients.stop();
  return measure(stage, outageAtMs);
}

/** Waits until everything works as on a quiet day, and says so. */
async function serving(stage: Stage): Promise<void> {
  const { world, clients, story, say } = stage;
  const { primary, secondary } = world.app.spec;
  story.status('waiting for the first trade');
  await stage.until('the first acknowledged trade', 60_000, () => clients.trades.acknowledged.length > 0);
  story.status('waiting for the engine to know both sites');
  await stage.until('the first verdict', 120_000, () =>
    stage.events.some((event) => event.kind === 'Verdict' && event.verdict === 'Up'),
  );
  const calmSinceMs = Date.now();
  await stage.until('a quiet moment', 120_000, () => {
    const rate = clients.trades.ratePerSecond(Date.now() - 1_000, Date.now());
    story.status(`${primary.region} active · ${secondary.region} standby · ${rate.toFixed(0)} trades/s`);
    return Date.now() - calmSinceMs >= calmMs / world.speed && rate > 0;
  });
  const rate = clients.trades.ratePerSecond(calmSinceMs, Date.now());
  say('trading', `${primary.region} active · ${secondary.region} standby · ${rate.toFixed(0)} trades/s`);
  story.status('');
}

/** Numbers as the client saw them, cut by the moments that the engine told. */
async function measure(stage: Stage, outageAtMs: number): Promise<ScenarioReport> {
  const { world, clients } = stage;
  const outage = clients.trades.outage(outageAtMs);
  const content = await readDatabase(world, 'secondary');
  const comparison = compareRows(clients.trades.acknowledged, content.trades);
  const moments = momentsOf(stage, outage);
  const report = {
    scenario: 'outage',
    application: world.app.metadata.name,
    speed: world.speed,
    rto: outage.durationMs === null ? null : seconds(outage.durationMs),
    parts: moments === null ? null : rtoParts(moments),
    rpo: comparison.rpoSeconds,
    acknowledged: comparison.acknowledgedCount,
    present: comparison.acknowledgedCount - comparison.lostCount,
    lost: comparison.lostCount,
  };
  return {
    ...report,
    awsStandIn: awsStandInSeconds(stage),
    facts: factsOf(stage, outage, report, content, comparison),
  };
}

function momentsOf({ events }: Stage, outage: Outage): RtoMoments | null {
  const at = (matches: (event: EngineEvent) => boolean): number | undefined => events.find(matches)?.atMs;
  const decidedMs = at((event) => event.kind === 'OperationStarted');
  const calledMs = at((event) => event.kind === 'Call');
  const writableMs = at((event) => event.kind === 'Step' && event.step === 'verify-writable' && event.phase === 'Done');
  const { lastGoodBeforeMs: lastGoodMs, firstGoodAfterMs: firstGoodMs } = outage;
  if (lastGoodMs === null || firstGoodMs === null) return null;
  if (decidedMs === undefined || calledMs === undefined || writableMs === undefined) return null;
  return { lastGoodMs, decidedMs, calledMs, writableMs, firstGoodMs };
}

function factsOf(
  stage: Stage,
  outage: Outage,
  report: Pick<ScenarioReport, 'rto' | 'parts' | 'acknowledged' | 'present' | 'lost' | 'rpo'>,
  content: DatabaseContent,
  comparison: RowComparison,
): Fact[] {
  const { world, events } = stage;
  const { app, plan, speed, route53, switchboard } = world;
  const { region } = app.spec.secondary;
  const promotions = world
    .region('secondary')
    .calls.filter(({ operation, result }) => operation === 'PromoteReadReplica' && result === 'OK');
  const name = plan.spec.dns?.name ?? '';
  const answers = route53.resolve(internetLocation, name, 'A').answers.map(({ value }) => value);
  const standbyAddress = switchboard.addressOf(internetLocation, loadBalancerHost(app, 'secondary'));
  const markers = route53.statuses().filter(({ id }) => id.startsWith('marker@'));
  const rtoObjective = durationMs(plan.spec.objectives.rto) / 1000;
  const sum = report.parts === null ? null : Object.values(report.parts).reduce((total, part) => total + part, 0);
  return [
    {
      fact: `the operation succeeded, and promoted ${region} exactly once`,
      held: promotions.length === 1 && events.some((e) => e.kind === 'OperationEnded' && e.outcome === 'Succeeded'),
      detail: `${promotions.length} accepted PromoteReadReplica in the region's call log`,
    },
    {
      fact: `the database in ${region} takes writes`,
      held: !content.inRecovery,
      detail: `pg_is_in_recovery() = ${content.inRecovery}`,
    },
    {
      fact: `${name} leads to ${region}`,
      held: standbyAddress !== null && answers.includes(standbyAddress),
      detail: answers.join(', '),
    },
    {
      fact: 'the takeover markers are in place, in the standby and in the witness',
      held: markers.length > 0 && markers.every(({ healthy }) => healthy),
      detail: markers.map(({ id, healthy }) => `${id} ${healthy ? 'seen' : 'missing'}`).join(', '),
    },
    {
      fact: 'every lost trade had been acknowledged before the takeover, none after it',
      held: (comparison.lastLostAtMs ?? 0) < (outage.firstGoodAfterMs ?? 0),
      detail: `${report.acknowledged} acknowledged − ${report.present} present = ${report.lost} lost`,
    },
    {
      fact: `service came back within the objective of ${plan.spec.objectives.rto}`,
      held: report.rto !== null && report.rto <= rtoObjective,
      detail:
        report.rto === null
          ? 'it did not come back'
          : `${report.rto.toFixed(1)} s${speed === 1 ? '' : ` at speed ${speed}`}`,
    },
    {
      fact: 'the parts add up to the whole',
      held: sum !== null && report.rto !== null && Math.abs(sum - report.rto) < 0.01,
      detail: sum === null ? 'a moment is missing' : `${sum.toFixed(3)} s`,
    },
  ];
}

/** RDS's own work before the replica is really promoted; the rest of its work comes when the database writes already. */
function awsStandInSeconds({ world }: Stage): number {
  return seconds(awsDurations.databaseModification / world.speed);
}
