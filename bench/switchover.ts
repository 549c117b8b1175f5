import { failedFacts, repeatScenario, spread } from './repeat-scenario.ts';

/** Seconds without a write in a planned switchover, as others were measured; see the bench of outages. */
const others = {
  'Patroni 3.0.2': 1.28,
  'pg_auto_failover 2.0 (12 acknowledged rows lost in one of three)': 1.1,
};

/** For how long a planned switchover stops the writes, and that it loses none. */
export async function switchoverBench(runs: number): Promise<object> {
  const plays = await repeatScenario('switchover', runs);
  const sum = (numberOf: (report: (typeof plays)[number]['report']) => number): number =>
    plays.reduce((total, { report }) => total + numberOf(report), 0);
  return {
    runs: plays.length,
    failedFacts: failedFacts(plays),
    secondsWithoutWrite: {
      atTheConnection: { ...spread(plays, ({ report }) => report.writeGaps.connection), aim: 1 },
      atTheName: spread(plays, ({ report }) => report.writeGaps.name),
    },
    acknowledgedWrites: sum((report) => report.acknowledged + report.rows.acknowledged),
    lostWrites: sum((report) => report.lost + report.rows.lost),
    othersAtTheConnection: others,
  };
}
