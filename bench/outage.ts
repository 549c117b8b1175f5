import { durationMs } from '../src/api/duration.ts';
import { failoverPlanOf } from '../src/api/failover-plan-of.ts';
import { loadApp } from '../src/cli/load-app.ts';
import { failedFacts, type Play, repeatScenario, spread } from './repeat-scenario.ts';

/**
 * What others were measured to need, for comparison: PostgreSQL 15, SIGKILL of a whole node at 196 writes a second, two
 * cores; seconds until a libpq client that lists both databases writes again.
 */
const others = {
  'Patroni 3.0.2, ttl 30 (its defaults)': 25.1,
  'Patroni 3.0.2, ttl 20': 17.8,
  'Patroni 3.0.2, ttl 10': 9.9,
  'pg_auto_failover 2.0 (its defaults)': 50.9,
};

/** How long writes are away at both clients when a region dies, and what the engine itself adds to that. */
export async function outageBench(runs: number): Promise<object> {
  const { detection } = failoverPlanOf(await loadApp('examples/trading-rds.yaml')).spec;
  const windowSeconds = (durationMs(detection.interval) * detection.failureThreshold) / 1_000;
  const plays = await repeatScenario('outage', runs);
  return {
    runs: plays.length,
    failedFacts: failedFacts(plays),
    toleranceWindowSeconds: windowSeconds,
    secondsWithoutWrite: {
      atTheConnection: spread(plays, ({ report }) => report.writeGaps.connection),
      atTheName: spread(plays, ({ report }) => report.rto),
    },
    atTheConnectionBeyondTheWindow: {
      ...spread(plays, ({ report: { writeGaps } }) =>
        writeGaps.connection === null ? null : writeGaps.connection - windowSeconds,
      ),
      aim: 1,
    },
    lostWrites: {
      rows: spread(plays, ({ report }) => report.rows.lost),
      trades: spread(plays, ({ report }) => report.lost),
    },
    engine: {
      verdictToPromotionCall: spread(plays, between(isVerdictDown, ofSubject('call'))),
      writableToMarker: spread(plays, between(ofSubject('verify-writable'), ofSubject('open-traffic'))),
    },
    othersAtTheConnection: others,
  };
}

type Matches = (entry: Play['entries'][number]) => boolean;

const isVerdictDown: Matches = ({ subject, text }) => subject === 'verdict' && text.endsWith('is down');
const ofSubject =
  (wanted: string): Matches =>
  ({ subject }) =>
    subject === wanted;

/** Seconds from the first entry of one kind to the first of another. */
function between(from: Matches, to: Matches): (play: Play) => number | null {
  return ({ entries }) => {
    const began = entries.find(from);
    const ended = entries.find(to);
    return began === undefined || ended === undefined ? null : (ended.atMs - began.atMs) / 1_000;
  };
}
