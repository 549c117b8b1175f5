import { findingOf } from '../../api/findings.ts';
import { partsText, predictRto } from '../predicted-rto.ts';
import { type Rule, whenKnown } from './context.ts';
import { spanText } from './span-text.ts';

/** A lag measured longer ago than this says nothing of now: CloudWatch's is a minute or two late by itself. */
const oldestLagMs = 5 * 60_000;
/** The heartbeat moves each few seconds; so long without is no jitter. */
const stillHeartbeatMs = 30_000;

/** What a failover would lose, and whether anybody knows it. */
export const replication: Rule = ({ plan, facts, standby }) => {
  const { region, database } = plan.sites[standby];
  const unmeasured = (reason: string) => [
    findingOf('LagUnknown', { identifier: database.identifier, region, reason }, standby),
  ];
  if (!facts.lag.known) return unmeasured(facts.lag.why);
  const lag = facts.lag.value;
  if (lag === null) return unmeasured('there is no measurement');
  if (lag.ageMs > oldestLagMs) return unmeasured(`the last measurement is ${spanText(lag.ageMs)} old`);
  if (lag.lagSeconds <= plan.maxDataLossSeconds) return [];
  const values = { lag: spanText(lag.lagSeconds * 1000), budget: spanText(plan.maxDataLossSeconds * 1000) };
  return [findingOf('LagOverBudget', values, standby)];
};

/** The row that tells what was lost by a number and not by a clock. */
export const heartbeat: Rule = ({ plan, facts, standby }) => {
  const { region } = plan.sites[standby];
  return whenKnown(facts.heartbeat, `whether the heartbeat arrives in ${region}`, standby, (found) =>
    found !== null && found.unchangedMs > Math.max(stillHeartbeatMs, 3 * plan.intervalMs)
      ? [findingOf('HeartbeatStale', { region, age: ageText(found.unchangedMs) }, standby)]
      : [],
  );
};

function ageText(ms: number): string {
  return Number.isFinite(ms) ? spanText(ms) : 'as long as anybody has looked';
}

/** Whether the time that a failover would take keeps the promise. */
export const recoveryTime: Rule = ({ plan, facts }) => {
  const { totalMs, parts, promotionSource } = predictRto(plan, facts);
  if (totalMs <= plan.rtoMs) return [];
  const values = {
    parts: partsText(parts),
    total: spanText(totalMs),
    objective: spanText(plan.rtoMs),
    source: promotionSource,
  };
  return [findingOf('RtoOverObjective', values)];
};
