import type { Site } from '../../api/site.ts';
import { compareRows, type RowComparison } from '../clients/compare-rows.ts';
import type { OutageLog } from '../clients/outage-log.ts';
import { awsDurations } from '../region/aws-durations.ts';
import { type DatabaseContent, databaseOf, readDatabase } from './database-content.ts';
import { type RtoMoments, rtoParts, type ScenarioReport, seconds, type WriteCount, type WriteGaps } from './report.ts';
import type { Stage } from './stage.ts';

/** What was counted at the end: every acknowledgement against every row. */
export interface Count {
  /** Of the site that is active in the end. */
  readonly content: DatabaseContent;
  readonly trades: RowComparison;
  readonly rows: RowComparison;
}

/** Ends the clients, and holds what they were promised against what the active site's database has. */
export async function countWrites(stage: Stage, active: Site): Promise<Count> {
  const { world, clients } = stage;
  await clients.stop();
  const content = await readDatabase(world, active, await databaseOf(stage, active));
  return {
    content,
    trades: compareRows(clients.trades.acknowledged, content.trades),
    rows: compareRows(clients.rows.acknowledged, content.rows),
  };
}

/** Every number of the report but those that only an outage has. */
export function numbersOf(
  stage: Stage,
  scenario: string,
  count: Count,
  sinceMs: number,
): Omit<ScenarioReport, 'facts'> {
  const { world } = stage;
  return {
    scenario,
    application: world.app.metadata.name,
    speed: world.speed,
    rto: null,
    parts: null,
    awsStandIn: awsStandInSeconds(stage),
    rpo: null,
    writeGaps: writeGapsSince(stage, sinceMs),
    ...countOf(count.trades),
    rows: countOf(count.rows),
  };
}

/** The same, and how long an outage lasted and what it cost. */
export function outageNumbersOf(
  stage: Stage,
  scenario: string,
  count: Count,
  outageAtMs: number,
): Omit<ScenarioReport, 'facts'> {
  const { durationMs } = stage.clients.trades.outage(outageAtMs);
  const moments = momentsOf(stage, outageAtMs);
  return {
    ...numbersOf(stage, scenario, count, outageAtMs),
    rto: durationMs === null ? null : seconds(durationMs),
    parts: moments === null ? null : rtoParts(moments),
    rpo: count.trades.rpoSeconds,
  };
}

/** The longest pause of each client since a moment. */
function writeGapsSince({ clients }: Stage, sinceMs: number): WriteGaps {
  const gap = (log: OutageLog): number | null => {
    const { durationMs } = log.outage(sinceMs);
    return durationMs === null ? null : seconds(durationMs);
  };
  return { name: gap(clients.trades), connection: gap(clients.rows) };
}

/** The moments that the engine told, in the failover that an outage brought about. */
function momentsOf({ events, clients }: Stage, outageAtMs: number): RtoMoments | null {
  const since = events.filter(({ atMs }) => atMs >= outageAtMs);
  const decidedMs = since.find((event) => event.kind === 'OperationStarted')?.atMs;
  const calledMs = since.find((event) => event.kind === 'Call')?.atMs;
  const writableMs = since.find(
    (event) => event.kind === 'Step' && event.step === 'verify-writable' && event.phase === 'Done',
  )?.atMs;
  const { lastGoodBeforeMs: lastGoodMs, firstGoodAfterMs: firstGoodMs } = clients.trades.outage(outageAtMs);
  if (lastGoodMs === null || firstGoodMs === null) return null;
  if (decidedMs === undefined || calledMs === undefined || writableMs === undefined) return null;
  // A trade may get through between the promotion and the look that sees it.
  return { lastGoodMs, decidedMs, calledMs, writableMs: Math.min(writableMs, firstGoodMs), firstGoodMs };
}

function countOf({ acknowledgedCount, lostCount }: RowComparison): WriteCount {
  return { acknowledged: acknowledgedCount, present: acknowledgedCount - lostCount, lost: lostCount };
}

/** RDS's own work before the replica is really promoted; the rest of its work comes when the database writes already. */
function awsStandInSeconds({ world }: Stage): number {
  return seconds((awsDurations.databaseModification * world.awsDurationFactor) / world.speed);
}
